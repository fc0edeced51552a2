-- adds each result that is not published as it is, with its edges to the observations it uses; returns how many
with added as (
    insert into core.indicator_value (
        indicator_code, series_code, area_code, geography, frequency, period_code, period_start, period_end, value, unit_code,
        numerator, denominator, baseline_value, baseline_year, baseline_version, target_low, target_high, path_value, progress,
        progress_compound, coverage, is_below_coverage, is_small_count, is_break, reporting_units_reported,
        reporting_units_expected, obs_status, derivation, method, lineage_hash, measure_share, run_id, known_from
    )
    select
        r.indicator_code, r.series_code, r.area_code, r.geography, r.frequency, r.period_code, r.period_start, r.period_end,
        r.value, r.unit_code, r.numerator, r.denominator, r.baseline_value, r.baseline_year, r.baseline_version, r.target_low,
        r.target_high, r.path_value, r.progress, r.progress_compound, r.coverage, r.is_below_coverage, r.is_small_count,
        r.is_break, r.reporting_units_reported, r.reporting_units_expected, r.obs_status, r.derivation, r.method,
        r.lineage_hash, r.measure_share, %(run_id)s, %(moment)s
    from result as r
    where not exists (
        select 1
        from core.indicator_value as v
        where
            v.known_to is null
            and (v.indicator_code, v.period_code, v.geography, v.area_code, v.series_code)
            = (r.indicator_code, r.period_code, r.geography, r.area_code, r.series_code)
    )
    returning indicator_value_id, indicator_code, period_code, geography, area_code, series_code
),
edges as (
    insert into core.lineage (indicator_value_id, observation_id, period_start, role)
    select a.indicator_value_id, l.observation_id, l.period_start, l.role
    from added as a
    join result as r using (indicator_code, period_code, geography, area_code, series_code)
    join link as l on l.result_id = r.result_id
    returning 1
)
select (select count(*) from added) as added_count, (select count(*) from edges) as edge_count
