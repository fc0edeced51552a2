-- one row a published value of an indicator's series
select
    s.indicator_code, s.series_code, s.geography, s.area_code, s.period, s.frequency, s.period_start, s.period_end, s.value,
    s.unit_code, s.numerator, s.denominator, s.baseline_value, s.baseline_year, s.target_low, s.target_high, s.progress,
    s.coverage, s.reporting_units_reported, s.reporting_units_expected, s.obs_status, s.derivation, s.footnote_vi,
    s.footnote_en, s.computed_at
from mart.indicator_series as s
join mart.indicator as i on i.code = s.indicator_code
order by
    i.sort_order, s.indicator_code, s.series_code, s.geography, s.area_code, s.period_start, s.frequency
