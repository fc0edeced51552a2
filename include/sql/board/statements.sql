-- one row: what one sender's form has stated for the cell of a value over time, the newest first
select
    stated.observation_id,
    stated.value,
    stated.unit_code,
    stated.obs_status,
    stated.submission_id,
    stated.source_file,
    stated.source_sheet,
    stated.source_cell,
    stated.known_from,
    stated.known_to
from mart.observation_history as observation
inner join mart.observation_history as stated
    on
        observation.measure_code = stated.measure_code
        and observation.period_start = stated.period_start
        and observation.period_end = stated.period_end
        and observation.flow = stated.flow
        and observation.department_code = stated.department_code
        and observation.form_code = stated.form_code
        and observation.area_code is not distinct from stated.area_code
        and coalesce(observation.item_code, observation.item_name)
        is not distinct from coalesce(stated.item_code, stated.item_name)
where observation.observation_id = %(observation_id)s
order by stated.known_from desc, stated.observation_id desc
limit %(rows)s
