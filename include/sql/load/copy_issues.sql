-- One row of the stream: a finding.
copy intake.issue (
    submission_id, reading_no, ordinal, severity, rule, family, responsibility, sheet, cell, cells, value, message_vi, message_en
) from stdin
