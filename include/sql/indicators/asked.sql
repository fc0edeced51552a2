-- one row an indicator and period to compute
create temporary table asked as
with plan_years as (
    select p.period_code, p.period_end
    from period as p
    join core.plan as plan on p.frequency = 'A' and p.period_start >= plan.plan_start and p.period_end <= plan.plan_end
),
wanted as (
    select i.indicator_code, p.period_code, p.frequency, p.period_start, p.period_end
    from core.indicator as i
    join core.indicator_frequency as f on f.indicator_code = i.indicator_code
    join period as p on p.frequency = f.frequency
    where
        (%(periods)s::text[] is null or p.period_code = any(%(periods)s::text[]))
        and (
            %(everything)s
            or %(periods)s::text[] is not null
            or exists (
                select 1
                from core.indicator_component as c
                join touched as t on t.measure_code = c.source_measure
                where
                    c.indicator_code = i.indicator_code
                    and (
                        (t.period_start <= p.period_end and t.period_end >= p.period_start)
                        or (extract(year from t.period_start) <= i.baseline_year and extract(year from t.period_end) >= i.baseline_year)
                    )
            )
            -- what was held back would be so again, unless another program or other suites judge it now
            or exists (
                select 1
                from ops.held_back as h
                join ops.compute_run as r using (run_id)
                where
                    h.indicator_code = i.indicator_code
                    and h.period_code = p.period_code
                    and r.judged_by is distinct from %(judged_by)s
            )
            or (
                p.period_code in (select y.period_code from plan_years as y)
                and not exists (
                    select 1
                    from core.indicator_value as v
                    where v.indicator_code = i.indicator_code and v.period_code = p.period_code and v.known_to is null
                )
                and not exists (
                    select 1 from ops.held_back as h where h.indicator_code = i.indicator_code and h.period_code = p.period_code
                )
            )
        )
)
select w.*, w.period_code in (select y.period_code from plan_years as y) as is_expected, extract(year from w.period_start)::integer as year
from wanted as w
