-- One row is a value that the submission added, changed or removed against the revision before.
select
    difference.kind,
    coalesce(measure.name_vi, difference.measure_code) as measure_name,
    difference.item_name,
    area.name_vi as area_name,
    difference.period_code,
    difference.flow,
    difference.unit_code,
    difference.value_before,
    difference.value_after,
    difference.source_sheet,
    difference.source_cell
from intake.difference
left join core.measure on difference.measure_code = measure.measure_code
left join core.area on difference.area_code = area.area_code
where difference.submission_id = %(submission_id)s
    and difference.cause = 'loaded'
order by difference.difference_id
limit %(most)s
