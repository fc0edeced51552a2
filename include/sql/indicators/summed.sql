-- one row a result: the sums behind a series in an area, and a number that tells its observations.
-- There is one for everything with data, and for every year of the plan for the province.
create temporary table summed as
with plain as materialized (
    select
        s.series_id,
        s.area_no,
        sum(b.numerator * s.share) as numerator,
        sum(b.denominator * s.share) as denominator,
        bool_or(s.share is null) as is_unknown,
        bool_or(s.is_converted) as is_converted,
        bool_or(b.is_estimate) as is_estimate,
        max(b.status_rank) as status_rank,
        bool_and(b.is_dated)
        and range_agg(b.numerator_days) is distinct from range_agg(b.denominator_days) as has_other_days,
        sum(b.own_mark) as own_mark,
        sum(b.base_mark) as base_mark
    from spread as s
    join bundle as b using (bundle_id)
    group by s.series_id, s.area_no
),
by_product as materialized (
    select
        s.series_id,
        s.area_no,
        b.product,
        sum(b.numerator * s.share) as used,
        sum(b.denominator * s.share) as made,
        bool_or(b.is_estimate) as is_estimate,
        max(b.worst_rank) as status_rank
    from spread as s
    join bundle as b using (bundle_id)
    join series as k using (series_id)
    where k.kind = 'reduction'
    group by s.series_id, s.area_no, b.product
),
reductions as (
    select
        n.series_id,
        n.area_no,
        k.base_id,
        sum(n.used) as numerator,
        sum(round(b.used * n.made, 30) / b.made) as denominator,
        bool_or(n.is_estimate or b.is_estimate) as is_estimate,
        max(greatest(n.status_rank, b.status_rank)) as status_rank
    from by_product as n
    join series as k using (series_id)
    join by_product as b
        on b.series_id = k.base_id and b.area_no = n.area_no and b.product = n.product and b.made > 0
    group by n.series_id, n.area_no, k.base_id
),
monthly as materialized (
    select
        s.series_id, s.area_no, s.share, k.base_id, b.component_no, b.unit_no, b.period_start, b.period_end, b.numerator as value, b.is_estimate,
        b.status_rank
    from spread as s
    join bundle as b using (bundle_id)
    join series as k using (series_id)
    where k.kind = 'change' and b.numerator is not null
),
changes as (
    select
        n.series_id,
        n.area_no,
        n.base_id,
        sum(n.value * n.share),
        sum(b.value * b.share),
        bool_or(n.is_estimate or b.is_estimate),
        max(greatest(n.status_rank, b.status_rank))
    from monthly as n
    join monthly as b
        on
            b.series_id = n.base_id
            and b.area_no = n.area_no
            and b.component_no = n.component_no
            and b.unit_no = n.unit_no
            and to_char(b.period_start, 'MM') = to_char(n.period_start, 'MM')
            and to_char(b.period_end, 'MM') = to_char(n.period_end, 'MM')
    group by n.series_id, n.area_no, n.base_id
),
compared as (
    select * from reductions
    union all
    select * from changes
),
wanted as (
    select p.series_id, p.area_no from plain as p
    where p.own_mark is not null
    union
    select k.series_id, a.area_no
    from series as k
    join scope as s using (scope_id)
    join place as a on a.level = 'province'
    where s.is_expected and k.series_code = 'total'
)
select
    %(last_number)s::bigint + row_number() over () as result_id,
    w.series_id,
    w.area_no,
    c.base_id,
    case when k.kind in ('reduction', 'change') then c.numerator else p.numerator end as numerator,
    case when k.kind in ('reduction', 'change') then c.denominator else p.denominator end as denominator,
    case when k.kind in ('reduction', 'change') then false else coalesce(p.is_unknown, false) end as is_unknown,
    case when k.kind in ('reduction', 'change') then false else coalesce(p.is_converted, false) end as is_converted,
    coalesce(case when k.kind in ('reduction', 'change') then c.is_estimate else p.is_estimate end, false) as is_estimate,
    case when k.kind in ('reduction', 'change') then c.status_rank else p.status_rank end as status_rank,
    coalesce(p.has_other_days, false) as has_other_days,
    case when p.own_mark is not null or b.base_mark is not null then (coalesce(p.own_mark, 0) + coalesce(b.base_mark, 0))::text end
        as lineage_hash
from wanted as w
join series as k using (series_id)
left join plain as p using (series_id, area_no)
left join compared as c using (series_id, area_no)
left join plain as b on b.series_id = c.base_id and b.area_no = w.area_no
