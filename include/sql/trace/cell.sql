-- One row: an observation that was read from the cell, or repeated by it unchanged, of the submissions that have that file.
with wanted as (
    select s.submission_id, s.file_name, s.sha256, s.department_code, s.received_at, s.verdict, s.revision
    from intake.submission as s
    where s.file_name = %(file)s or s.relative_path = %(file)s or s.department_code || '/' || s.relative_path = %(file)s
        or s.sha256 = %(file)s or s.submission_id::text = %(file)s
),
read as (
    select w.*, o.observation_id, o.period_start, o.source_sheet as sheet, o.source_cell as cell, o.source_value as text, false as is_repeated
    from wanted as w
    join core.observation as o on o.submission_id = w.submission_id
    union all
    select w.*, r.observation_id, r.period_start, r.source_sheet, r.source_cell, r.source_value, true
    from wanted as w
    join core.restated as r on r.submission_id = w.submission_id
)
select
    r.submission_id, r.file_name, r.sha256, r.department_code, r.received_at, r.verdict, r.sheet, r.cell, r.text, r.is_repeated,
    o.observation_id, o.measure_code, o.item_code, o.item_name, o.area_code, o.period_code as period, o.flow, o.obs_status,
    o.value, o.unit_code, o.source_unit, o.source_label, o.factor, o.factor_version, o.revision, o.known_from, o.known_to
from read as r
join core.observation as o on o.observation_id = r.observation_id and o.period_start = r.period_start
where (%(sheet)s::text is null or r.sheet = %(sheet)s) and %(cell)s = any(string_to_array(r.cell, '+'))
order by r.submission_id, o.observation_id
