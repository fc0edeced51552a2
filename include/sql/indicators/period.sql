-- one row a period for which an indicator can exist: months, quarters, half years, years of the plan and of the data
create temporary table period as
with used as (
    select min(o.period_start) as first_day, max(o.period_end) as last_day
    from core.observation as o
    where
        o.known_to is null
        and o.flow in ('period', 'stock', 'ytd')
        and o.measure_code in (select c.source_measure from core.indicator_component as c)
),
years as (
    select make_date(y, 1, 1) as year_start
    from used
    cross join core.plan as p
    cross join lateral generate_series(
        extract(year from least(p.plan_start, used.first_day))::integer,
        extract(year from greatest(p.plan_end, used.last_day))::integer
    ) as y
),
parts as (
    select year_start, 'M' as frequency, 1 as months, n as part from years, generate_series(0, 11) as n
    union all
    select year_start, 'Q', 3, n from years, generate_series(0, 3) as n
    union all
    select year_start, 'H', 6, n from years, generate_series(0, 1) as n
    union all
    select year_start, 'A', 12, 0 from years
),
dated as (
    select
        frequency,
        part,
        (year_start + make_interval(months => months * part))::date as period_start,
        (year_start + make_interval(months => months * (part + 1)) - interval '1 day')::date as period_end
    from parts
)
select
    case frequency
        when 'M' then to_char(period_start, 'YYYY-MM')
        when 'A' then to_char(period_start, 'YYYY')
        else to_char(period_start, 'YYYY-') || frequency || (part + 1)::text
    end as period_code,
    frequency,
    period_start,
    period_end
from dated
