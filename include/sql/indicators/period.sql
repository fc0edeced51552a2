-- one row a period for which an indicator can exist: months, quarters, half years, years of the plan and of the data
create temporary table period as
with used as (
    select min(o.period_start) as first_day, max(o.period_end) as last_day
    from core.observation as o
    where
        o.known_to is null
        and o.flow in ('period', 'stock', 'ytd')
        and o.measure_code in (select c.source_measure from core.indicator_component as c)
)
select p.period_code, p.frequency, p.period_start, p.period_end
from core.period as p
cross join core.plan as plan
cross join used
where
    p.frequency in ('M', 'Q', 'H', 'A')
    and p.period_start >= date_trunc('year', least(plan.plan_start, used.first_day))
    and p.period_end < date_trunc('year', greatest(plan.plan_end, used.last_day)) + interval '1 year'
