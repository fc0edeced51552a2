-- one row: a value that a submission added, changed or removed against the revision before
select
    difference.kind,
    difference.measure_code,
    measure.name_vi as measure_name_vi,
    measure.name_en as measure_name_en,
    difference.item_name,
    difference.area_code,
    difference.period,
    difference.flow,
    difference.value_before,
    difference.value_after
from mart.difference
left join mart.measure on difference.measure_code = measure.code
where
    difference.submission_id = %(submission_id)s
    and difference.cause = 'loaded'
    and exists (
        select 1 from mart.submission
        where submission.submission_id = %(submission_id)s and submission.revision > 1
    )
order by difference.kind, measure.sort_order, difference.item_name, difference.area_code, difference.period
limit %(rows)s
