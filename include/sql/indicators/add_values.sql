-- adds each fresh result, with its edges to the observations it uses; returns how many
with added as (
    insert into core.indicator_value (
        indicator_code, series_code, area_code, geography, frequency, period_code, period_start, period_end, value,
        unit_code, numerator, denominator, baseline_value, baseline_year, baseline_version, target_low, target_high,
        path_value, progress, progress_compound, coverage, is_below_coverage, is_small_count, is_break,
        reporting_units_reported, reporting_units_expected, obs_status, derivation, method, lineage_hash, measure_share, run_id, known_from
    )
    select
        f.indicator_code, f.series_code, f.area_code, f.geography, f.frequency, f.period_code, f.period_start,
        f.period_end, f.value, f.unit_code, f.numerator, f.denominator, f.baseline_value, f.baseline_year,
        f.baseline_version, f.target_low, f.target_high, f.path_value, f.progress, f.progress_compound, f.coverage,
        f.is_below_coverage, f.is_small_count, f.is_break, f.reporting_units_reported, f.reporting_units_expected,
        f.obs_status, f.derivation, f.method, f.lineage_hash, f.measure_share,
        %(run_id)s, %(moment)s
    from fresh as f
    returning indicator_value_id, indicator_code, period_code, geography, area_code, series_code
),
edges as (
    insert into core.lineage (indicator_value_id, observation_id, period_start, role)
    select a.indicator_value_id, l.observation_id, l.period_start, l.role
    from added as a
    join fresh as f using (indicator_code, period_code, geography, area_code, series_code)
    join link as l on l.result_id = f.result_id
    order by a.indicator_value_id, l.observation_id
    returning 1
)
select (select count(*) from added) as added_count, (select count(*) from edges) as edge_count
