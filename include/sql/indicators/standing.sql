-- one row a published value in scope, with the result that is in its place, whether that says the same, and whether it does for the gate
create temporary table standing as
select
    s.scope_id,
    v.indicator_value_id,
    v.value,
    r.result_id,
    (
        r.value, r.unit_code, r.numerator, r.denominator, r.baseline_value, r.baseline_year, r.baseline_version,
        r.target_low, r.target_high, r.path_value, r.progress, r.progress_compound, r.coverage, r.is_below_coverage,
        r.is_small_count, r.is_break, r.reporting_units_reported, r.reporting_units_expected, r.obs_status,
        r.derivation, r.method, r.lineage_hash, r.measure_share
    ) is not distinct from (
        v.value, v.unit_code, v.numerator, v.denominator, v.baseline_value, v.baseline_year, v.baseline_version,
        v.target_low, v.target_high, v.path_value, v.progress, v.progress_compound, v.coverage, v.is_below_coverage,
        v.is_small_count, v.is_break, v.reporting_units_reported, v.reporting_units_expected, v.obs_status,
        v.derivation, v.method, v.lineage_hash, v.measure_share
    ) as is_same,
    (r.value, r.progress, r.obs_status, r.coverage, r.lineage_hash)
    is not distinct from (v.value, v.progress, v.obs_status, v.coverage, v.lineage_hash) as is_alike
from scope as s
join core.indicator_value as v
    on v.indicator_code = s.indicator_code and v.period_code = s.period_code and v.known_to is null
left join result as r
    on
        r.indicator_code = v.indicator_code
        and r.period_code = v.period_code
        and r.geography = v.geography
        and r.area_code = v.area_code
        and r.series_code = v.series_code
where s.is_written
