-- one row a result that is not published as it is
create temporary table fresh as
select
    0::bigint as result_id, indicator_code, series_code, area_code, geography, frequency, period_code, period_start, period_end, value, unit_code,
    numerator, denominator, baseline_value, baseline_year, baseline_version, target_low, target_high, path_value, progress,
    progress_compound, coverage, is_below_coverage, is_small_count, is_break, reporting_units_reported,
    reporting_units_expected, obs_status, derivation, method, lineage_hash, measure_share
from core.indicator_value
with no data
