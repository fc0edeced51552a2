-- one row a result that would change something, as the suite for indicators sees it before it is published
select
    r.indicator_code, r.series_code, r.geography, r.area_code, r.period_code as period, r.period_start, r.period_end,
    r.frequency, i.tier, i.kind, r.unit_code, i.is_share, r.value, r.numerator, r.denominator, r.coverage,
    r.reporting_units_reported, r.reporting_units_expected, r.progress, r.obs_status, r.derivation,
    r.target_low, r.target_high, s.value as value_before
from result as r
join indicator as i using (indicator_code)
left join standing as s using (result_id)
where s.result_id is null or not s.is_alike
order by r.indicator_code, r.series_code, r.geography, r.area_code, r.period_start, r.frequency
