-- No rows: fills history_past with the current values of the series that the reading states, from `since` to `until`; one table read
-- for all rules, by measure and area. An item of a register stays itself when the areas are drawn anew.
with series as materialized (
    select distinct
        measure_code,
        area_key
    from history_stated
),

registered as materialized (
    select distinct
        measure_code,
        item_key
    from history_stated
    where item_key = any(%(registered)s)
),

standing as (
    select o.*
    from series
    inner join core.observation as o on series.measure_code = o.measure_code and series.area_key = o.area_code
    where o.known_to is null
        and o.period_start >= %(since)s
        and o.period_start <= %(until)s
    union all
    select o.*
    from series
    inner join core.observation as o on series.measure_code = o.measure_code
    where series.area_key = ''
        and o.area_code is null
        and o.known_to is null
        and o.period_start >= %(since)s
        and o.period_start <= %(until)s
    union all
    select o.*
    from registered
    inner join core.observation as o on registered.measure_code = o.measure_code and registered.item_key = o.item_code
    where o.known_to is null
        and o.period_start >= %(since)s
        and o.period_start <= %(until)s
        and not exists (
            select from series where series.measure_code = o.measure_code and series.area_key = coalesce(o.area_code, '')
        )
)

insert into history_past
select
    standing.department_code,
    standing.form_code,
    standing.measure_code,
    coalesce(standing.item_code, standing.item_name, ''),
    standing.item_code is not null,
    coalesce(standing.area_code, ''),
    standing.period_code,
    standing.period_start,
    standing.period_end,
    standing.frequency,
    standing.flow,
    standing.value,
    standing.source_period_end,
    array_position(array['A', 'P', 'E', 'M'], standing.obs_status),
    standing.received_seq
from standing
where standing.value is not null
    and (standing.flow in ('period', 'stock') or (standing.flow = 'ytd' and standing.period_end = %(previous_end)s))
