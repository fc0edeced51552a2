-- One row is a value of this file that is far from the past of its own series: about 1000 times (kind factor) or a sudden level
-- (kind level, by the median and the median absolute deviation of logarithms).
with past as (
    select
        incoming.ordinal,
        incoming.value,
        incoming.is_count,
        best.value as past_value,
        best.period_end = (incoming.period_end + 1 - interval '1 year')::date - 1 as is_last_year
    from incoming
    cross join lateral (
        select distinct on (o.period_start)
            o.period_start,
            o.period_end,
            o.value
        from core.observation as o
        where o.measure_code = incoming.measure_code
            and (
                o.area_code = incoming.area_code
                or (o.area_code is null and incoming.area_code is null)
                or o.item_code = incoming.item_key  -- an item of a register stays itself when the areas are drawn anew
            )
            and coalesce(o.item_code, o.item_name) is not distinct from incoming.item_key
            and o.flow = incoming.flow
            and o.frequency = incoming.frequency
            and o.period_end < incoming.period_start
            and o.period_start >= incoming.period_start - interval '5 years'
            and o.known_to is null
            and o.value > 0
        order by
            o.period_start,
            array_position(array['A', 'P', 'E', 'M'], o.obs_status),
            o.source_period_end desc,
            o.received_seq desc
    ) as best
    where incoming.value > 0
        and incoming.flow in ('period', 'stock')
        and incoming.period_code = %(period_code)s
),

middle as (
    select
        ordinal,
        count(*) as past_count,
        percentile_cont(0.5) within group (order by ln(past_value::double precision)) as median_ln,
        max(past_value) filter (where is_last_year) as last_year
    from past
    group by ordinal
),

spread as (
    select
        past.ordinal,
        percentile_cont(0.5) within group (
            order by abs(ln(past.past_value::double precision) - middle.median_ln)
        ) as deviation
    from past
    inner join middle on past.ordinal = middle.ordinal
    group by past.ordinal
),

judged as (
    select
        incoming.ordinal,
        incoming.value,
        incoming.is_count,
        middle.past_count,
        middle.last_year,
        exp(middle.median_ln) as median,
        ln(incoming.value::double precision) - middle.median_ln as distance,
        spread.deviation
    from incoming
    inner join middle on incoming.ordinal = middle.ordinal
    inner join spread on incoming.ordinal = spread.ordinal
)

select
    ordinal,
    case when abs(distance) between ln(300) and ln(3000) then 'factor' else 'level' end as kind,
    past_count,
    round(median::numeric, 6) as median,
    round(exp(abs(distance))::numeric, 1) as ratio
from judged
where (past_count >= 3 and abs(distance) between ln(300) and ln(3000))
    or (
        past_count >= 1
        and abs(distance) between ln(600) and ln(1600)
        and (last_year is null or greatest(value / last_year, last_year / value) > 100)
    )
    or (
        past_count >= 6
        and abs(distance) > greatest(ln(5), 8 * 1.4826 * deviation)
        and (last_year is null or greatest(value / last_year, last_year / value) > 3)
        and (not is_count or greatest(value, median::numeric) >= 30)
    )
order by ordinal
