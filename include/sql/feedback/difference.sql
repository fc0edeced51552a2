-- One row is one of the first values that a submission added, changed or removed against the revision before.
select
    difference.submission_id,
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
from unnest(%(submission_ids)s::bigint[]) as told (submission_id)
cross join lateral (
    select *
    from intake.difference as each
    where each.submission_id = told.submission_id
        and each.cause = 'loaded'
    order by each.difference_id
    limit %(most)s
) as difference
left join core.measure on difference.measure_code = measure.measure_code
left join core.area on difference.area_code = area.area_code
order by difference.difference_id
