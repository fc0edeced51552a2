-- One row: how many values of the same report of the sender can be compared with those of this file, how many are other ones, and one
-- of these.
select
    count(*) as compared,
    count(*) filter (where past.value <> stated.value) as changed,
    min(stated.ordinal) filter (where past.value <> stated.value) as ordinal
from history_stated as stated
inner join history_past as past
    on stated.department_code = past.department_code
    and stated.form_code = past.form_code
    and stated.measure_code = past.measure_code
    and stated.item_key = past.item_key
    and stated.area_key = past.area_key
    and stated.period_code = past.period_code
    and stated.flow = past.flow
where stated.period_code = %(period_code)s and stated.value is not null
