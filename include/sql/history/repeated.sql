-- One row is an earlier period whose values this file repeats, or whose values one column of it repeats: how many values can be
-- compared and how many are the same. Without a column it is the file, and comes first.
select
    past.period_code,
    stated.column_key,
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
group by grouping sets ((past.period_code), (past.period_code, stated.column_key))
having count(*) >= 5
    and count(*) filter (where past.value = stated.value) * 10 >= count(*) * 9
    and count(distinct stated.value) >= 4
    and (grouping(stated.column_key) = 1 or count(*) filter (where past.value <> stated.value) = 0)  -- small numbers are often the same
order by stated.column_key nulls first, past.period_code desc
