-- No rows: adds the new observations, those that come too late to be current with an empty interval.
with stating as materialized (
    select k.submission_id, k.submission_key, k.revision, k.period_end, s.department_code, s.file_name, s.received_seq
    from intake.submission_key as k
    join intake.submission as s on s.submission_id = k.submission_id
    where k.submission_key = any(%(keys)s)
)

insert into core.observation (
    observation_id, submission_id, reading_no, submission_key, revision, department_code, source_file, source_period_end,
    received_seq, known_from, known_to,
    form_code, measure_code, item_code, item_name, area_code, period_code, period_start, period_end, frequency,
    period_basis, flow, obs_status, value, unit_code, factor, factor_version, source_sheet, source_cell,
    source_label, source_value, source_unit
)
select
    c.new_id, c.submission_id, c.reading_no, c.submission_key, k.revision, k.department_code, k.file_name, k.period_end,
    k.received_seq, %(moment)s, case when c.kind = 'late' then %(moment)s::timestamptz end,
    c.form_code, c.measure_code, c.item_code, c.item_name, c.area_code, c.period_code, c.period_start,
    c.period_end, c.frequency, c.period_basis, c.flow, c.obs_status, c.value, c.unit_code, c.factor,
    c.factor_version, c.source_sheet, c.source_cell, c.source_label, c.source_value, c.source_unit
from load_change as c
join stating as k on k.submission_id = c.submission_id and k.submission_key = c.submission_key
where c.kind in ('added', 'changed', 'late')
