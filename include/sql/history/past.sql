-- No rows: fills history_past with the current values of the series that the reading states, from `since` to `until`; one table read
-- for all rules, by measure and area. An item of a register stays itself when the areas are drawn anew.
-- Each series is looked up for itself, in the order of the index by measure and area (or item): what that costs does not depend on
-- how much others have said. The order is there for the planner, who is not allowed to sort.
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
    select said.*
    from series
    cross join lateral (
        select o.*
        from core.observation as o
        where o.measure_code = series.measure_code
            and o.area_code = series.area_key
            and o.known_to is null
            and o.period_start >= %(since)s
            and o.period_start <= %(until)s
        order by o.area_code, o.period_start, o.period_end
    ) as said
    union all
    select said.*
    from series
    cross join lateral (
        select o.*
        from core.observation as o
        where o.measure_code = series.measure_code
            and o.area_code is null
            and o.known_to is null
            and o.period_start >= %(since)s
            and o.period_start <= %(until)s
        order by o.area_code, o.period_start, o.period_end
    ) as said
    where series.area_key = ''
    union all
    select said.*
    from registered
    cross join lateral (
        select o.*
        from core.observation as o
        where o.measure_code = registered.measure_code
            and o.item_code = registered.item_key
            and o.known_to is null
            and o.period_start >= %(since)s
            and o.period_start <= %(until)s
        order by o.period_start
    ) as said
    where (said.measure_code, coalesce(said.area_code, '')) not in (select measure_code, area_key from series)
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
