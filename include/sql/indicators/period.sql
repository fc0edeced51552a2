-- one row a period that may have to be computed: of the plan, of what changed, of baseline years, or of all data
create temporary table period as
with days as (
    select plan_start as first_day, plan_end as last_day from core.plan
    union all
    select period_start, period_end from touched
    union all
    select make_date(baseline_year, 1, 1), make_date(baseline_year, 12, 31) from core.indicator
    union all
    select p.period_start, p.period_end from core.period as p where p.period_code = any(%(periods)s::text[])
    union all
    select p.period_start, p.period_end
    from ops.held_back as h
    join core.period as p on p.period_code = h.period_code
    union all
    select p.period_start, p.period_end
    from core.period as p
    cross join lateral (
        -- one of a year is enough: the table is not read for it
        select 1
        from core.observation as o
        where
            %(everything)s
            and o.period_start between p.period_start and p.period_end
            and o.known_to is null
            and o.flow in ('period', 'stock', 'ytd')
            and o.measure_code in (select c.source_measure from core.indicator_component as c)
        limit 1
    ) as o
    where p.frequency = 'A'
    union all
    select
        (select min(v.period_start) from core.indicator_value as v where v.known_to is null),
        (select max(v.period_start) from core.indicator_value as v where v.known_to is null)
),
bounds as (
    select date_trunc('year', min(first_day)) as first_day, date_trunc('year', max(last_day)) + interval '1 year' as end_day
    from days
)
select p.period_code, p.frequency, p.period_start, p.period_end
from core.period as p
join bounds on p.period_start >= bounds.first_day and p.period_end < bounds.end_day
where p.frequency in ('M', 'Q', 'H', 'A')
