-- One row is a value of this file for which another sender or form says something else by more than 0.5 percent.
select distinct on (stated.ordinal)
    stated.ordinal,
    past.value as other_value,
    past.department_code,
    past.form_code
from history_stated as stated
inner join history_past as past
    on stated.measure_code = past.measure_code
    and stated.item_key = past.item_key
    and stated.area_key = past.area_key
    and stated.flow = past.flow
    and stated.period_start = past.period_start
    and stated.period_end = past.period_end
where (past.department_code, past.form_code) is distinct from (stated.department_code, stated.form_code)
    and stated.flow in ('period', 'stock')
    and abs(past.value - stated.value) * 200 > greatest(abs(past.value), abs(stated.value))
order by
    stated.ordinal,
    past.status_place,
    past.source_period_end desc,
    past.received_seq desc
