-- one row: a value that a submission brought, or stated again unchanged, with its cell in that submission's file
with stated as (
    select
        observation.observation_id,
        observation.source_sheet,
        observation.source_cell,
        observation.source_value,
        observation.source_unit,
        false as is_repeated
    from mart.observation_history as observation
    where observation.submission_id = %(submission_id)s
    union all
    select
        restatement.observation_id,
        restatement.source_sheet,
        restatement.source_cell,
        restatement.source_value,
        restatement.source_unit,
        true as is_repeated
    from mart.restatement as restatement
    where restatement.submission_id = %(submission_id)s
)

select
    stated.observation_id,
    stated.source_sheet,
    stated.source_cell,
    stated.source_value,
    stated.source_unit,
    stated.is_repeated,
    observation.measure_code,
    measure.name_vi as measure_name_vi,
    measure.name_en as measure_name_en,
    observation.item_name,
    observation.area_code,
    area.name_vi as area_name,
    observation.period,
    observation.flow,
    observation.obs_status,
    observation.value,
    observation.unit_code,
    observation.known_to
from stated
inner join mart.observation_history as observation on stated.observation_id = observation.observation_id
left join mart.measure as measure on observation.measure_code = measure.code
left join mart.area as area on observation.area_code = area.code
where stated.observation_id > %(after)s
order by stated.observation_id
limit %(rows)s
