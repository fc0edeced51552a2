-- No rows: gives each earlier year of the history the indicator values of the newest year, as if it had been computed; without edges.
insert into core.indicator_value (
    indicator_code, series_code, area_code, geography, frequency, period_code, period_start, period_end, value, unit_code,
    numerator, denominator, baseline_value, baseline_year, baseline_version, target_low, target_high, path_value, progress,
    progress_compound, coverage, is_below_coverage, is_small_count, is_break, reporting_units_reported,
    reporting_units_expected, obs_status, derivation, method, lineage_hash, run_id, known_from
)
select
    v.indicator_code, v.series_code, v.area_code, v.geography, v.frequency, p.period_code, p.period_start, p.period_end, v.value,
    v.unit_code, v.numerator, v.denominator, v.baseline_value, v.baseline_year, v.baseline_version, null, null, null,
    'not_applicable', null, v.coverage, v.is_below_coverage, v.is_small_count, false, v.reporting_units_reported,
    v.reporting_units_expected, v.obs_status, v.derivation, v.method, v.lineage_hash, v.run_id, v.known_from
from core.indicator_value as v
cross join (select extract(year from %(last_day)s::date)::integer as newest) as n
cross join generate_series(n.newest - %(months)s / 12 + 1, n.newest - 1) as years (year)
join core.period as p on p.period_code = years.year || substr(v.period_code, 5)
where v.known_to is null and left(v.period_code, 4) = n.newest::text
on conflict do nothing
