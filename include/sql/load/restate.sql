-- No rows: notes which observations of others the submission repeats unchanged, and where it does.
insert into core.restated (
    submission_id, reading_no, observation_id, period_start, factor, factor_version, source_sheet, source_cell, source_label, source_value, source_unit
)
select
    c.submission_id, c.reading_no, c.open_id, c.period_start, c.factor, c.factor_version, c.source_sheet, c.source_cell, c.source_label, c.source_value, c.source_unit
from load_change as c
where c.kind in ('kept', 'late_kept') and c.ordinal is not null
