-- one row an indicator and period of these years; is_written is false for baseline years that are only needed as a base
create temporary table scope as
with wanted as (
    select a.indicator_code, a.period_code, a.frequency, a.period_start, a.period_end, true as is_written, a.is_expected
    from asked as a
    where a.year = any(%(years)s::integer[])
),
bases as (
    select i.indicator_code, p.period_code, p.frequency, p.period_start, p.period_end, false, false
    from indicator as i
    join period as p on p.frequency = 'A' and extract(year from p.period_start) = i.baseline_year
    where i.kind in ('reduction', 'change') and i.indicator_code in (select w.indicator_code from wanted as w)
)
select
    row_number() over ()::integer as scope_id, a.*, i.kind, i.baseline_year, i.is_register, i.counts_areas,
    i.kind in ('reduction', 'change') and a.period_code = i.baseline_year::text as is_base
from (
    select * from wanted
    union all
    select b.*
    from bases as b
    where not exists (
        select 1 from wanted as w where w.indicator_code = b.indicator_code and w.period_code = b.period_code
    )
) as a
join indicator as i using (indicator_code)
