-- one row: a published indicator value in one geography, with its definition and target
select
    value.indicator_code,
    value.name_vi,
    value.name_en,
    value.series_code,
    value.series_name_vi,
    value.series_name_en,
    value.area_code,
    value.area_name,
    value.geography,
    geography.name_vi as geography_name_vi,
    geography.name_en as geography_name_en,
    value.period,
    value.value,
    value.unit_code,
    value.numerator,
    value.denominator,
    value.baseline_value,
    value.baseline_year,
    value.target_low,
    value.target_high,
    value.progress,
    value.reporting_units_reported,
    value.reporting_units_expected,
    value.derivation,
    value.footnote_vi,
    value.footnote_en,
    value.computed_at,
    indicator.definition_vi,
    indicator.definition_en,
    indicator.multiplier,
    indicator.target_vi
from mart.indicator_history as value
inner join mart.indicator as indicator on value.indicator_code = indicator.code
left join mart.geography as geography on value.geography = geography.code
where
    value.known_to is null
    and value.indicator_code = %(indicator)s
    and value.area_code = %(area)s
    and value.period = %(period)s
    and value.series_code = %(series)s
order by value.geography
