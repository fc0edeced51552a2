-- One row of the stream: an observation, straight into the table.
copy core.observation (
    observation_id, submission_id, reading_no, submission_key, revision, department_code, form_code, measure_code, item_code,
    item_name, area_code, period_code, period_start, period_end, frequency, period_basis, flow, obs_status, value, unit_code,
    factor, factor_version, source_file, source_sheet, source_cell, source_label, source_value, source_unit,
    source_period_end, received_seq, known_from, known_to
) from stdin
