-- One row: a finding of one reading of a submission, with the cells that it is about.
select i.rule, i.severity, i.responsibility, i.sheet, i.cell, i.cells, i.value, i.message_vi, i.message_en
from intake.issue as i
where i.submission_id = %(submission_id)s and i.reading_no = %(reading_no)s
order by i.ordinal
