-- one row a result: how many units were expected, how many reported, and the share of units and days that is covered
create temporary table covered as
with keys as (
    select
        k.*, s.period_start, s.period_end, i.units_by, i.counts_areas, i.is_register,
        exists (
            select 1
            from core.indicator_component as c
            where c.indicator_code = k.indicator_code and c.role = 'numerator' and c.over_time in ('sum', 'days')
        ) as is_flow
    from result_key as k
    join scope as s using (indicator_code, period_code)
    join core.indicator as i using (indicator_code)
),
-- the days of a period under each map
slices as (
    select
        k.result_id,
        k.is_flow,
        greatest(k.period_start, coalesce(g.valid_from, k.period_start)) as slice_start,
        least(k.period_end, coalesce(g.valid_to, k.period_end)) as slice_end
    from keys as k
    join core.geography as g
        on
            (not k.counts_areas or g.geography = k.geography)
            and coalesce(g.valid_from, k.period_start) <= k.period_end
            and coalesce(g.valid_to, k.period_end) >= k.period_start
),
reported as (
    select distinct k.result_id, s.unit_key, s.period_start, s.period_end
    from spread as s
    join keys as k
        on
            k.indicator_code = s.indicator_code
            and k.period_code = s.period_code
            and k.series_code = s.series_code
            and k.geography = s.geography
            and k.area_code = s.target_area
    where s.value is not null and (s.role = 'numerator' or (k.is_register and not k.counts_areas))
),
listed as (
    select k.result_id, u.unit_key, u.valid_from, u.valid_to
    from keys as k
    join core.indicator_unit as u using (indicator_code)
    join area_map as m on m.geography = k.geography and m.source_area = u.area_code and m.target_area = k.area_code
    where k.units_by in ('areas', 'register') and k.series_code = 'total'
    union
    select k.result_id, p.unit_key, '-infinity'::date, 'infinity'::date
    from keys as k
    join part as p on p.indicator_code = k.indicator_code and p.period_code = k.period_code and p.role = 'numerator'
    join area_map as m on m.geography = k.geography and m.source_area = p.area_code and m.target_area = k.area_code
    where
        k.units_by = 'observed'
        and (p.match_rule = 'none' or p.is_paired)
        and (k.series_code = 'total' or p.product = k.series_code)
    union
    select k.result_id, 'single', '-infinity'::date, 'infinity'::date
    from keys as k
    where k.units_by = 'single'
    union
    select r.result_id, r.unit_key, r.period_start, r.period_end
    from reported as r
),
expected as (
    select s.result_id, s.slice_start, count(distinct l.unit_key) as expected, count(distinct r.unit_key) as reported
    from slices as s
    join listed as l on l.result_id = s.result_id and l.valid_from <= s.slice_end and l.valid_to >= s.slice_start
    left join reported as r on r.result_id = l.result_id and r.unit_key = l.unit_key
    group by s.result_id, s.slice_start
),
days as (
    select
        s.result_id,
        s.slice_start,
        sum(least(r.period_end, s.slice_end) - greatest(r.period_start, s.slice_start) + 1) as covered
    from slices as s
    join reported as r on r.result_id = s.result_id and r.period_start <= s.slice_end and r.period_end >= s.slice_start
    group by s.result_id, s.slice_start
),
shares as (
    select
        s.result_id,
        sum(round(coalesce(d.covered, 0)::numeric, 30) / nullif(e.expected, 0)) / sum(s.slice_end - s.slice_start + 1)
            as day_share
    from slices as s
    left join expected as e using (result_id, slice_start)
    left join days as d using (result_id, slice_start)
    group by s.result_id
),
ends as (
    select distinct on (s.result_id) s.result_id, s.is_flow, e.expected, e.reported
    from slices as s
    join expected as e using (result_id, slice_start)
    order by s.result_id, s.slice_end desc
)
select
    e.result_id,
    e.expected,
    e.reported,
    round(least(1, case when e.is_flow then s.day_share else e.reported::numeric / e.expected end), 6) as coverage
from ends as e
join shares as s using (result_id)
