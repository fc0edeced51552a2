-- One row is an earlier period whose values this file repeats: how many values can be compared and how many are the same.
select
    o.period_code,
    count(*) as compared,
    count(*) filter (where o.value = incoming.value) as same,
    min(incoming.ordinal) as ordinal
from incoming
inner join core.observation as o
    on incoming.measure_code = o.measure_code
    and incoming.flow = o.flow
    and incoming.form_code = o.form_code
    and incoming.department_code = o.department_code
    and incoming.item_key is not distinct from coalesce(o.item_code, o.item_name)
    and (incoming.area_code = o.area_code or (incoming.area_code is null and o.area_code is null))
where incoming.flow = 'period'
    and incoming.period_code = %(period_code)s
    and incoming.value > 0
    and o.period_code = any(%(earlier)s)
    and o.known_to is null
    and o.value > 0
group by o.period_code
having count(*) >= 5
    and count(*) filter (where o.value = incoming.value) * 10 >= count(*) * 9
    and count(distinct incoming.value) >= 4
order by o.period_code desc
limit 1
