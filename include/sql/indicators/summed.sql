-- one row a result: the sums behind an indicator for a series, geography, area and period
create temporary table summed as
with plain as (
    select
        s.indicator_code,
        s.period_code,
        s.series_code,
        s.geography,
        s.target_area as area_code,
        s.kind,
        sum(s.value * s.share) filter (where s.role = 'numerator') as numerator,
        sum(s.value * s.share) filter (where s.role = 'denominator') as denominator,
        bool_or(s.share is null) as is_unknown,
        bool_or(s.is_converted) as is_converted,
        bool_or(s.is_estimate and s.value is not null) as is_estimate,
        max(position(s.obs_status in 'APEM')) filter (where s.value is not null) as status_rank,
        -- a quarter's use over a month's output would be a wrong number: both sides have to cover the same days
        s.kind = 'ratio'
        and bool_and(s.match_rule = 'none' and s.over_time = 'sum')
        and range_agg(daterange(s.period_start, s.period_end, '[]')) filter (where s.role = 'numerator' and s.value is not null)
        is distinct from
        range_agg(daterange(s.period_start, s.period_end, '[]')) filter (where s.role = 'denominator' and s.value is not null)
            as has_other_days
    from spread as s
    where s.kind in ('sum', 'ratio', 'intensity')
    group by s.indicator_code, s.period_code, s.series_code, s.geography, s.target_area, s.kind
),
by_product as (
    select
        s.indicator_code,
        s.period_code,
        s.series_code,
        s.geography,
        s.target_area,
        s.product,
        sum(s.value * s.share) filter (where s.role = 'numerator') as used,
        sum(s.value * s.share) filter (where s.role = 'denominator') as made,
        bool_or(s.is_estimate) as is_estimate,
        max(position(s.obs_status in 'APEM')) as status_rank
    from spread as s
    where s.kind = 'reduction'
    group by s.indicator_code, s.period_code, s.series_code, s.geography, s.target_area, s.product
),
reductions as (
    select
        n.indicator_code,
        n.period_code,
        n.series_code,
        n.geography,
        n.target_area,
        'reduction',
        sum(n.used),
        sum(round(b.used * n.made, 30) / b.made),
        false,
        false,
        bool_or(n.is_estimate or b.is_estimate),
        max(greatest(n.status_rank, b.status_rank)),
        false
    from by_product as n
    join core.indicator as i using (indicator_code)
    join by_product as b
        on
            b.indicator_code = n.indicator_code
            and b.period_code = i.baseline_year::text
            and b.series_code = n.series_code
            and b.geography = n.geography
            and b.target_area = n.target_area
            and b.product = n.product
            and b.made > 0
    group by n.indicator_code, n.period_code, n.series_code, n.geography, n.target_area
),
changes as (
    select
        n.indicator_code,
        n.period_code,
        n.series_code,
        n.geography,
        n.target_area,
        'change',
        sum(n.value * n.share),
        sum(b.value * b.share),
        false,
        false,
        bool_or(n.is_estimate or b.is_estimate),
        max(greatest(position(n.obs_status in 'APEM'), position(b.obs_status in 'APEM'))),
        false
    from spread as n
    join core.indicator as i using (indicator_code)
    join spread as b
        on
            b.indicator_code = n.indicator_code
            and b.period_code = i.baseline_year::text
            and b.series_code = n.series_code
            and b.geography = n.geography
            and b.target_area = n.target_area
            and b.component_no = n.component_no
            and b.unit_key = n.unit_key
            and to_char(b.period_start, 'MM') = to_char(n.period_start, 'MM')
            and to_char(b.period_end, 'MM') = to_char(n.period_end, 'MM')
            and b.value is not null
    where n.kind = 'change' and n.value is not null
    group by n.indicator_code, n.period_code, n.series_code, n.geography, n.target_area
)
select k.result_id, r.numerator, r.denominator, r.is_unknown, r.is_converted, r.is_estimate, r.status_rank, r.has_other_days
from (
    select * from plain
    union all
    select * from reductions
    union all
    select * from changes
) as r
join result_key as k using (indicator_code, period_code, series_code, geography, area_code)
