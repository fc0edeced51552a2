-- one row a result that would change something, as the suite for indicators sees it before it is published
select
    r.indicator_code, r.series_code, r.geography, r.area_code, r.period_code as period, r.period_start, r.period_end,
    r.frequency, i.tier, i.kind, r.unit_code, i.is_share, r.value, r.numerator, r.denominator, r.coverage,
    r.reporting_units_reported, r.reporting_units_expected, r.progress, r.obs_status, r.derivation,
    r.target_low, r.target_high, v.value as value_before
from result as r
join core.indicator as i using (indicator_code)
left join core.indicator_value as v
    on
        v.known_to is null
        and v.indicator_code = r.indicator_code
        and v.series_code = r.series_code
        and v.geography = r.geography
        and v.area_code = r.area_code
        and v.period_code = r.period_code
where
    v.indicator_value_id is null
    or (v.value, v.progress, v.obs_status, v.coverage, v.lineage_hash)
    is distinct from (r.value, r.progress, r.obs_status, r.coverage, r.lineage_hash)
order by r.indicator_code, r.series_code, r.geography, r.area_code, r.period_start, r.frequency
