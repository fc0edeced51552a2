-- One row is an earlier period whose values this file repeats: how many values can be compared and how many are the same.
select
    past.period_code,
    count(*) as compared,
    count(*) filter (where past.value = stated.value) as same,
    min(stated.ordinal) as ordinal
from history_stated as stated
inner join history_past as past
    on stated.department_code = past.department_code
    and stated.form_code = past.form_code
    and stated.measure_code = past.measure_code
    and stated.item_key = past.item_key
    and stated.area_key = past.area_key
    and stated.flow = past.flow
where stated.flow = 'period'
    and stated.period_code = %(period_code)s
    and stated.value > 0
    and past.value > 0
    and past.period_code = any(%(earlier)s)
group by past.period_code
having count(*) >= 5
    and count(*) filter (where past.value = stated.value) * 10 >= count(*) * 9
    and count(distinct stated.value) >= 4
order by past.period_code desc
limit 1
