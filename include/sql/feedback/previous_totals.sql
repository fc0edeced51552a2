-- One row is a measure and the sum of what the sender said for the period before: in the report of that period, or revised in this one.
with said as (
    select distinct on (measure_code, item_code, item_name, area_code, flow, period_start, period_end)
        measure_code,
        unit_code,
        flow,
        value
    from core.observation
    where submission_key = any(%(keys)s)
        and known_to is null
        and period_code = %(period_code)s
        and (cast(%(area_code)s as text) is null or area_code = %(area_code)s)
        and flow in ('period', 'stock')
    order by
        measure_code,
        item_code,
        item_name,
        area_code,
        flow,
        period_start,
        period_end,
        array_position(array['A', 'P', 'E', 'M'], obs_status),
        source_period_end desc,
        received_seq desc
)

select
    measure_code,
    unit_code,
    flow,
    sum(value) as value
from said
group by measure_code, unit_code, flow
