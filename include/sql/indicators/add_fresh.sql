-- keeps the results that are not published as they are
insert into fresh
select
    r.result_id,
    r.indicator_code, r.series_code, r.area_code, r.geography, r.frequency, r.period_code, r.period_start,
    r.period_end, r.value, r.unit_code, r.numerator, r.denominator, r.baseline_value, r.baseline_year,
    r.baseline_version, r.target_low, r.target_high, r.path_value, r.progress, r.progress_compound, r.coverage,
    r.is_below_coverage, r.is_small_count, r.is_break, r.reporting_units_reported, r.reporting_units_expected,
    r.obs_status, r.derivation, r.method, r.lineage_hash, r.measure_share
from result as r
where not exists (select 1 from standing as s where s.result_id = r.result_id and s.is_same)
