-- one row a current harmonised value with where it was read
select
    observation_id, measure_code, item_code, item_name, area_code, period, frequency, period_start, period_end, flow,
    obs_status, value, unit_code, department_code, form_code, revision, submission_id, source_file, source_sheet, source_cell,
    known_from
from mart.observation
order by observation_id
