-- One row: a value of the indicator for the area and period, in each geography, as it was known at the moment.
select
    v.indicator_value_id, v.indicator_code, i.name_vi, i.name_en, v.series_code, v.area_code, a.name_vi as area_name, v.geography,
    v.period_code as period, v.period_start, v.period_end, v.value, v.unit_code, v.numerator, v.denominator,
    i.multiplier, i.kind, i.definition_vi, i.definition_en, v.baseline_value, v.baseline_year, v.baseline_version,
    v.target_low, v.target_high, v.progress, v.coverage, v.reporting_units_reported, v.reporting_units_expected,
    v.obs_status, v.derivation, v.method, v.known_from, v.known_to,
    (
        select string_agg(c.role || ' ' || c.measure_code, ', ' order by c.role, c.component_no)
        from core.indicator_component as c
        where c.indicator_code = v.indicator_code
    ) as components
from core.indicator_value as v
join core.indicator as i on i.indicator_code = v.indicator_code
left join core.area as a on a.area_code = v.area_code
where v.indicator_code = %(indicator)s and v.area_code = %(area)s and v.period_code = %(period)s and v.series_code = %(series)s
    and v.known_from <= coalesce(%(as_of)s, 'infinity'::timestamptz)
    and case when %(as_of)s::timestamptz is null then v.known_to is null else v.known_to is null or v.known_to > %(as_of)s end
order by v.geography
