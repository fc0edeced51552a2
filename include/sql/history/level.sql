-- One row is a value of this file that is far from the past of its own series: about 1000 times (kind factor) or a sudden level
-- (kind level, by the median and the median absolute deviation of logarithms).
with past as (
    select distinct on (ordinal, past_period_start)
        ordinal,
        value,
        is_count,
        past_value,
        past_period_end = (period_end + 1 - interval '1 year')::date - 1 as is_last_year
    from history_compared
    where value > 0
        and past_value > 0
        and period_code = %(period_code)s
    order by
        ordinal,
        past_period_start,
        status_place,
        source_period_end desc,
        received_seq desc
),

middle as (
    select
        ordinal,
        value,
        is_count,
        count(*) as past_count,
        array_agg(ln(past_value::double precision)) as logarithms,
        percentile_cont(0.5) within group (order by ln(past_value::double precision)) as median_ln,
        max(past_value) filter (where is_last_year) as last_year
    from past
    group by ordinal, value, is_count
),

judged as (
    select
        middle.ordinal,
        middle.value,
        middle.is_count,
        middle.past_count,
        middle.last_year,
        exp(middle.median_ln) as median,
        ln(middle.value::double precision) - middle.median_ln as distance,
        spread.deviation
    from middle
    cross join lateral (
        select percentile_cont(0.5) within group (order by abs(past.logarithm - middle.median_ln)) as deviation
        from unnest(middle.logarithms) as past (logarithm)
    ) as spread
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
