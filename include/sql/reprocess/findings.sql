-- One row: a finding of the reading that counts.
select
    i.severity, i.rule, i.responsibility, i.message_vi, i.message_en, i.sheet, i.cell, i.value, i.cells, i.family
from intake.submission as s
join intake.issue as i on i.submission_id = s.submission_id and i.reading_no = s.reading_no
where s.submission_id = %(submission_id)s
order by i.ordinal
