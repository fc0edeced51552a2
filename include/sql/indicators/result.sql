-- one row a result with its value, its target, its progress by both methods and what is known about its quality
create temporary table result as
with valued as (
    select
        s.result_id, s.base_id, sc.indicator_code, sc.period_code, k.series_code, k.geography, a.area_code, s.lineage_hash,
        sc.frequency, sc.period_start, sc.period_end, sc.is_written,
        i.unit_code, i.kind, i.direction, i.is_register, i.counts_areas, i.multiplier, i.baseline_year, i.baseline_version,
        i.minimum_coverage, i.small_count_threshold,
        case when s.is_unknown then null else round(s.numerator * case i.kind when 'sum' then i.multiplier else 1 end, 10) end
            as numerator,
        case when s.is_unknown or i.kind = 'sum' then null else round(s.denominator, 10) end as denominator,
        case
            when s.is_unknown or s.has_other_days then null
            when i.kind = 'sum' then round(s.numerator * i.multiplier, 10)
            when s.denominator = 0 then null
            when i.kind in ('reduction', 'change') then
                round(round((s.denominator - s.numerator) * i.multiplier, 30) / s.denominator, 10)
            else round(round(s.numerator * i.multiplier, 30) / s.denominator, 10)
        end as value,
        s.is_unknown,
        not i.has_total and k.series_code = 'total' as is_series_only,
        s.has_other_days,
        s.is_converted,
        s.is_estimate,
        s.status_rank,
        coalesce(c.expected, 0) as expected,
        coalesce(c.reported, 0) as reported,
        coalesce(c.coverage, 0) as coverage,
        exists (
            select 1 from geography as g where g.valid_from > sc.period_start and g.valid_from <= sc.period_end
        ) as is_break
    from summed as s
    join series as k using (series_id)
    join scope as sc using (scope_id)
    join indicator as i on i.indicator_code = sc.indicator_code
    join place as a on a.area_no = s.area_no
    left join covered as c using (result_id)
),
based as (
    select
        v.*,
        case
            when v.kind in ('reduction', 'change') then case when v.value is not null then 0 end
            else coalesce(b.value, k.value, p.value)
        end as baseline_value,
        t.due_date,
        t.operator,
        t.low,
        t.high,
        case t.operator when '<=' then t.high else t.low end as goal,
        t.path_value
        + (case t.operator when '<=' then t.high else t.low end - t.path_value)
        * (least(v.period_end, t.due_date) - t.path_from) / (t.due_date - t.path_from)::numeric as path_value,
        case
            when v.is_register and not v.counts_areas
                then
                    round(v.numerator * v.multiplier, 30)
                    / nullif(v.denominator + greatest(0, v.expected - v.reported), 0)
            else v.value
        end as assessed
    from valued as v
    left join valued as b
        on
            b.indicator_code = v.indicator_code
            and b.series_code = v.series_code
            and b.geography = v.geography
            and b.area_code = v.area_code
            and b.period_code = v.baseline_year::text
            and b.period_code = b.baseline_year::text
    left join baseline as k
        on
            k.indicator_code = v.indicator_code
            and k.series_code = v.series_code
            and k.geography = v.geography
            and k.area_code = v.area_code
    left join core.indicator_value as p
        on
            p.known_to is null
            and p.indicator_code = v.indicator_code
            and p.series_code = v.series_code
            and p.geography = v.geography
            and p.area_code = v.area_code
            and p.period_code = v.baseline_year::text
            -- says the same without a look at each value that is published
            and p.period_code in (select i.baseline_year::text from indicator as i)
            and not exists (select 1 from asked as s where s.indicator_code = p.indicator_code and s.period_code = p.period_code)
    left join lateral (
        select *
        from indicator_target as t
        where
            t.indicator_code = v.indicator_code
            and t.scope = 'plan'
            and t.due_date >= v.period_end
            and t.path_from < v.period_end
            and v.series_code = 'total'
        order by t.due_date
        limit 1
    ) as t on true
),
judged as (
    select
        b.*,
        case b.operator when '<=' then b.assessed <= b.goal else b.assessed >= b.goal end as is_met,
        case b.operator
            when '<=' then b.assessed * plan.on_track_tolerance <= b.path_value
            else b.assessed >= b.path_value * plan.on_track_tolerance
        end as is_on_path,
        case
            when b.assessed > 0 and b.baseline_value > 0 and b.goal > 0 and b.goal <> b.baseline_value
                and extract(year from b.period_end) > b.baseline_year
                then
                    (
                        power(b.assessed::float8 / b.baseline_value::float8, 1.0 / (extract(year from b.period_end) - b.baseline_year)::float8)
                        - 1
                    )
                    / (
                        power(b.goal::float8 / b.baseline_value::float8, 1.0 / (extract(year from b.due_date) - b.baseline_year)::float8)
                        - 1
                    )
                    >= plan.on_track_tolerance::float8
        end as is_on_growth
    from based as b
    cross join plan as plan
)
select
    j.result_id,
    j.indicator_code,
    j.series_code,
    j.area_code,
    j.geography,
    j.frequency,
    j.period_code,
    j.period_start,
    j.period_end,
    trim_scale(j.value) as value,
    j.unit_code,
    trim_scale(j.numerator) as numerator,
    trim_scale(j.denominator) as denominator,
    trim_scale(j.baseline_value) as baseline_value,
    j.baseline_year,
    j.baseline_version,
    j.low as target_low,
    j.high as target_high,
    trim_scale(round(j.path_value, 10)) as path_value,
    case
        when j.is_unknown or j.is_series_only or (j.counts_areas and j.expected = 0) then 'not_applicable'
        when j.value is null then 'no_data'
        when j.goal is null then 'not_applicable'
        when j.is_met and (j.is_register or j.coverage >= j.minimum_coverage) then 'met'
        when not j.is_register and j.coverage < j.minimum_coverage then 'not_applicable'
        when j.is_on_path and j.period_end < j.due_date then 'on_track'
        else 'off_track'
    end as progress,
    case
        when j.value is null or j.goal is null or j.is_on_growth is null then null
        when j.is_met then 'met'
        when j.is_on_growth then 'on_track'
        else 'off_track'
    end as progress_compound,
    j.coverage,
    j.coverage < j.minimum_coverage and j.value is not null as is_below_coverage,
    j.value is not null and j.reported < j.small_count_threshold as is_small_count,
    j.is_break,
    j.reported::integer as reporting_units_reported,
    j.expected::integer as reporting_units_expected,
    case
        when j.value is null then 'M'
        when j.is_estimate or j.is_converted then 'E'
        else substr('APEM', coalesce(j.status_rank, 1), 1)
    end as obs_status,
    case
        when j.is_unknown or j.is_series_only or (j.counts_areas and j.expected = 0) then 'not_derivable'
        when j.is_converted then 'estimated'
        else 'exact'
    end as derivation,
    case
        when j.is_series_only then 'series_only'
        when j.has_other_days then 'days_differ'
        when j.kind in ('reduction', 'change') and j.value is null and j.reported > 0 then 'no_baseline'
        when j.is_converted then 'converted'
        else ''
    end as method,
    coalesce(j.lineage_hash, '') as lineage_hash,
    m.measure_share
from judged as j
left join measure_share as m on m.result_id = j.result_id
where j.is_written
