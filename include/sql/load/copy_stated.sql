-- One row of the stream: an observation as the file states it.
copy load_stated (
    ordinal, submission_key,
    form_code, measure_code, item_code, item_name, area_code, period_code, period_start, period_end, frequency,
    period_basis, flow, obs_status, value, unit_code, factor, factor_version, source_sheet, source_cell,
    source_label, source_value, source_unit
) from stdin
