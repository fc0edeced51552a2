-- one row a result: how many units were expected, how many reported, and the share of units and days that is covered
create temporary table covered as
with keys as materialized (
    select
        r.result_id, r.series_id, r.area_no, k.scope_id, k.series_code, k.geography, s.indicator_code, i.units_by
    from summed as r
    join series as k using (series_id)
    join scope as s using (scope_id)
    join indicator as i using (indicator_code)
),
-- the days of a period under each map
slices as materialized (
    select
        k.series_id,
        greatest(s.period_start, coalesce(g.valid_from, s.period_start)) as slice_start,
        least(s.period_end, coalesce(g.valid_to, s.period_end)) as slice_end
    from series as k
    join scope as s using (scope_id)
    join geography as g
        on
            (not s.counts_areas or g.geography = k.geography)
            and coalesce(g.valid_from, s.period_start) <= s.period_end
            and coalesce(g.valid_to, s.period_end) >= s.period_start
),
said as materialized (
    select s.series_id, s.area_no, b.unit_no, b.lists, b.lowest_list, b.highest_list
    from spread as s
    join bundle as b using (bundle_id)
    where b.lists is not null
),
told as materialized (
    select s.series_id, s.area_no, s.unit_no, min(s.lowest_list) as low, max(s.highest_list) as high
    from said as s
    group by s.series_id, s.area_no, s.unit_no
),
-- most units report the same months: only where a unit has several lists of them they are put together
together as materialized (
    select t.series_id, t.area_no, t.unit_no, array_agg(distinct d.span) as spans
    from told as t
    join said as s using (series_id, area_no, unit_no)
    cross join unnest(s.lists) as e (list_no)
    join span_list as l using (list_no)
    cross join unnest(l.spans) as d (span)
    where t.low < t.high
    group by t.series_id, t.area_no, t.unit_no
),
lists as materialized (
    select l.list_no, l.spans from span_list as l
    union all
    select -row_number() over (), u.spans
    from (select distinct t.spans from together as t) as u
),
reported as materialized (
    select t.series_id, t.area_no, t.unit_no, t.low as list_no
    from told as t
    where t.low = t.high
    union all
    select t.series_id, t.area_no, t.unit_no, l.list_no
    from together as t
    join lists as l on l.list_no < 0 and l.spans = t.spans
),
measured as materialized (
    select
        p.list_no,
        p.slice_start,
        p.slice_end,
        sum(greatest(0, least(d.first_day + e.span %% 512, p.slice_end) - greatest(d.first_day, p.slice_start) + 1))::integer as days
    from (
        select distinct r.list_no, s.slice_start, s.slice_end
        from (select distinct series_id, list_no from reported) as r
        join slices as s using (series_id)
    ) as p
    join lists as l using (list_no)
    cross join unnest(l.spans) as e (span)
    cross join lateral (select date '1900-01-01' + e.span / 512 as first_day) as d
    group by p.list_no, p.slice_start, p.slice_end
),
registered as materialized (
    select distinct r.indicator_code, m.geography, m.target_no as area_no, u.unit_no, r.valid_from, r.valid_to
    from indicator_unit as r
    join unit as u using (unit_key)
    join place as a using (area_code)
    join area_map as m on m.source_no = a.area_no
),
observed as materialized (
    select distinct p.scope_id, m.geography, m.target_no as area_no, u.unit_no, p.product
    from part as p
    join scope as s using (scope_id)
    join indicator as i using (indicator_code)
    join place as a using (area_no)
    join unit as u on u.unit_key = coalesce(p.item_code, a.area_code)
    join area_map as m on m.source_no = p.area_no
    where i.units_by = 'observed' and p.role = 'numerator' and p.is_paired
),
listed as (
    select k.series_id, k.area_no, s.slice_start, u.unit_no
    from keys as k
    join slices as s using (series_id)
    join registered as u
        on
            u.indicator_code = k.indicator_code
            and u.geography = k.geography
            and u.area_no = k.area_no
            and u.valid_from <= s.slice_end
            and u.valid_to >= s.slice_start
    where k.units_by in ('areas', 'register') and k.series_code = 'total'
    union all
    select k.series_id, k.area_no, s.slice_start, o.unit_no
    from observed as o
    join keys as k using (scope_id, geography, area_no)
    join slices as s using (series_id)
    where k.series_code = 'total' or o.product = k.series_code
    union all
    select k.series_id, k.area_no, s.slice_start, u.unit_no
    from keys as k
    join slices as s using (series_id)
    join unit as u on u.unit_key = 'single'
    where k.units_by = 'single'
),
members as (
    select
        u.series_id, u.area_no, u.slice_start, bool_or(u.is_expected) as is_expected, bool_or(u.is_reported) as is_reported,
        sum(u.days) as days
    from (
        select l.*, true as is_expected, false as is_reported, 0 as days
        from listed as l
        union all
        select r.series_id, r.area_no, s.slice_start, r.unit_no, m.days > 0, true, m.days
        from reported as r
        join slices as s using (series_id)
        join measured as m using (list_no, slice_start, slice_end)
    ) as u
    group by u.series_id, u.area_no, u.slice_start, u.unit_no
),
counted as materialized (
    select
        m.series_id,
        m.area_no,
        m.slice_start,
        count(*) filter (where m.is_expected) as expected,
        count(*) filter (where m.is_expected and m.is_reported) as reported,
        sum(m.days) as covered
    from members as m
    group by m.series_id, m.area_no, m.slice_start
),
shares as (
    select
        k.result_id,
        sum(round(coalesce(c.covered, 0)::numeric, 30) / nullif(c.expected, 0)) / sum(s.slice_end - s.slice_start + 1)
            as day_share
    from keys as k
    join slices as s using (series_id)
    left join counted as c using (series_id, area_no, slice_start)
    group by k.result_id
),
ends as (
    select distinct on (k.result_id) k.result_id, k.indicator_code, c.expected, c.reported
    from keys as k
    join counted as c using (series_id, area_no)
    where c.expected > 0
    order by k.result_id, c.slice_start desc
),
flows as (
    select distinct c.indicator_code from indicator_component as c
    where c.role = 'numerator' and c.over_time in ('sum', 'days')
)
select
    e.result_id,
    e.expected,
    e.reported,
    round(least(1, case when f.indicator_code is null then e.reported::numeric / e.expected else s.day_share end), 6) as coverage
from ends as e
join shares as s using (result_id)
left join flows as f using (indicator_code)
