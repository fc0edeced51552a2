-- one row: a value with everything that says where it comes from
select
    observation.observation_id,
    observation.measure_code,
    measure.name_vi as measure_name_vi,
    measure.name_en as measure_name_en,
    observation.item_code,
    observation.item_name,
    observation.area_code,
    area.name_vi as area_name,
    observation.period,
    observation.period_start,
    observation.period_end,
    observation.flow,
    observation.obs_status,
    observation.value,
    observation.unit_code,
    observation.factor,
    observation.factor_version,
    observation.source_file,
    observation.source_sheet,
    observation.source_cell,
    observation.source_label,
    observation.source_value,
    observation.source_unit,
    observation.submission_id,
    observation.revision,
    observation.form_code,
    submission.layout,
    submission.sha256,
    submission.received_at,
    observation.department_code,
    department.name_vi as department_name_vi,
    department.name_en as department_name_en,
    observation.known_from,
    observation.known_to
from mart.observation_history as observation
inner join mart.submission as submission on observation.submission_id = submission.submission_id
left join mart.measure as measure on observation.measure_code = measure.code
left join mart.area as area on observation.area_code = area.code
left join mart.department as department on observation.department_code = department.code
where
    observation.observation_id = %(observation_id)s
    and (%(reach)s::text[] is null or observation.department_code = any(%(reach)s))
