-- One row: how many values stand of the reports that this file replaces as a whole, how many of them it says nothing of, and how many
-- it states otherwise.
select
    count(*) as standing,
    count(*) filter (where stated.value is null) as gone,
    count(*) filter (where stated.value <> o.value) as changed
from core.observation as o
left join history_stated as stated
    on stated.form_code = o.form_code
    and stated.measure_code = o.measure_code
    and stated.item_key = coalesce(o.item_code, o.item_name, '')
    and stated.area_key = coalesce(o.area_code, '')
    and stated.period_code = o.period_code
    and stated.flow = o.flow
    and stated.value is not null
where o.submission_key = any(%(keys)s)
    and o.known_to is null
    and o.value is not null
    and o.flow = any(%(flows)s)
