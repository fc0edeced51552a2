-- one row: a value that an indicator value uses, with its role and its cell
select
    lineage.geography,
    lineage.role,
    observation.observation_id,
    measure.name_vi as measure_name_vi,
    measure.name_en as measure_name_en,
    observation.measure_code,
    observation.item_name,
    observation.area_code,
    area.name_vi as area_name,
    observation.period,
    observation.flow,
    observation.obs_status,
    observation.value,
    observation.unit_code,
    observation.submission_id,
    observation.source_file,
    observation.source_sheet,
    observation.source_cell
from mart.lineage as lineage
inner join mart.observation_history as observation on lineage.observation_id = observation.observation_id
left join mart.measure as measure on observation.measure_code = measure.code
left join mart.area as area on observation.area_code = area.code
where
    lineage.indicator_code = %(indicator)s
    and lineage.area_code = %(area)s
    and lineage.period = %(period)s
    and lineage.series_code = %(series)s
    and (%(reach)s::text[] is null or observation.department_code = any(%(reach)s))
order by
    lineage.geography, lineage.role, measure.sort_order, observation.period_start, observation.area_code,
    observation.item_name, observation.observation_id
limit %(rows)s
