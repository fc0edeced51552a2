-- One row: a value that the submission states according to its reading that counts.
select
    o.form_code, o.measure_code, coalesce(o.item_code, o.item_name) as item, o.area_code, o.period_start, o.period_end, o.flow,
    o.obs_status, o.value, o.unit_code, o.factor, o.factor_version, o.source_sheet, o.source_cell
from intake.submission as s
join core.observation as o on o.submission_id = s.submission_id and o.reading_no = s.reading_no
where s.submission_id = %(submission_id)s
union
select
    o.form_code, o.measure_code, coalesce(o.item_code, o.item_name), o.area_code, o.period_start, o.period_end, o.flow,
    o.obs_status, o.value, o.unit_code, r.factor, r.factor_version, r.source_sheet, r.source_cell
from intake.submission as s
join core.restated as r on r.submission_id = s.submission_id and r.reading_no = s.reading_no
join core.observation as o on o.observation_id = r.observation_id and o.period_start = r.period_start
where s.submission_id = %(submission_id)s
