-- One row of the stream: a value of the reading.
copy history_stated (
    ordinal, department_code, form_code, measure_code, item_key, area_key, period_code, period_start, period_end, frequency,
    flow, value, is_count, stated_revision, column_key, opening
) from stdin
