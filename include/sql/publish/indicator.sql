-- one row an indicator with its definition
select
    code, name_vi, name_en, sort_order, theme_code, theme_vi, theme_en, tier, unit_code, definition_vi, definition_en, kind,
    numerator, denominator, multiplier, direction, aggregate_time, aggregate_areas, aggregate_items, frequency, reporters_vi,
    legal_source, plan_sentence, sdg, source_status, minimum_coverage, baseline_year, baseline_version, target_low, target_high,
    target_date, target_vi, national_2025_vi, national_2030_vi, status_definition, status_target, note
from mart.indicator
order by sort_order
