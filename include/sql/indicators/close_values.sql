-- closes each published value in scope that the results no longer contain as it is
update core.indicator_value as v
set known_to = %(moment)s
where
    v.known_to is null
    and exists (
        select 1 from scope as s
        where s.indicator_code = v.indicator_code and s.period_code = v.period_code and s.is_written
    )
    and not exists (
        select 1
        from result as r
        where
            (r.indicator_code, r.period_code, r.geography, r.area_code, r.series_code)
            = (v.indicator_code, v.period_code, v.geography, v.area_code, v.series_code)
            and (
                r.value, r.unit_code, r.numerator, r.denominator, r.baseline_value, r.baseline_year, r.baseline_version,
                r.target_low, r.target_high, r.path_value, r.progress, r.progress_compound, r.coverage, r.is_below_coverage,
                r.is_small_count, r.is_break, r.reporting_units_reported, r.reporting_units_expected, r.obs_status,
                r.derivation, r.method, r.lineage_hash, r.measure_share
            ) is not distinct from (
                v.value, v.unit_code, v.numerator, v.denominator, v.baseline_value, v.baseline_year, v.baseline_version,
                v.target_low, v.target_high, v.path_value, v.progress, v.progress_compound, v.coverage, v.is_below_coverage,
                v.is_small_count, v.is_break, v.reporting_units_reported, v.reporting_units_expected, v.obs_status,
                v.derivation, v.method, v.lineage_hash, v.measure_share
            )
    )
