-- one row: a published indicator value that uses a value
select
    indicator.indicator_code,
    indicator.name_vi,
    indicator.name_en,
    indicator.series_code,
    indicator.series_name_vi,
    indicator.series_name_en,
    indicator.area_code,
    indicator.area_name,
    indicator.geography,
    indicator.period,
    indicator.value,
    indicator.unit_code,
    string_agg(distinct lineage.role, ', ' order by lineage.role) as roles
from mart.lineage as lineage
inner join mart.indicator_history as indicator
    on
        lineage.indicator_code = indicator.indicator_code
        and lineage.series_code = indicator.series_code
        and lineage.area_code = indicator.area_code
        and lineage.geography = indicator.geography
        and lineage.period = indicator.period
        and indicator.known_to is null
where lineage.observation_id = %(observation_id)s
group by
    indicator.sort_order,
    indicator.indicator_code,
    indicator.name_vi,
    indicator.name_en,
    indicator.series_code,
    indicator.series_name_vi,
    indicator.series_name_en,
    indicator.area_code,
    indicator.area_name,
    indicator.geography,
    indicator.period,
    indicator.period_start,
    indicator.value,
    indicator.unit_code
order by indicator.sort_order, indicator.series_code, indicator.area_code, indicator.period_start, indicator.geography
limit %(rows)s
