-- One row: an observation that an indicator value uses, with the file, the cell and everything that decided how it was read.
select
    l.role, o.observation_id, o.measure_code, o.item_code, o.item_name, o.area_code, o.period_code as period, o.flow,
    o.obs_status, o.value, o.unit_code, o.revision, o.factor, o.factor_version, o.source_value, o.source_unit, o.source_label,
    o.source_sheet, o.source_cell, o.source_file, o.known_from, o.known_to, s.submission_id, s.department_code, s.form_code,
    r.layout, s.sha256, s.received_at, s.verdict, r.reading_no, r.read_at, r.catalog_hash, r.suites_hash, r.code_version,
    r.reason
from core.lineage as l
join core.observation as o on o.observation_id = l.observation_id and o.period_start = l.period_start
join intake.submission as s on s.submission_id = o.submission_id
join intake.reading as r on r.submission_id = o.submission_id and r.reading_no = o.reading_no
where l.indicator_value_id = %(indicator_value_id)s
order by l.role, o.measure_code, o.period_code, o.area_code, o.item_name, o.observation_id
