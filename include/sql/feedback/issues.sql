-- One row is a finding of the newest reading of the submission.
select
    severity,
    rule,
    responsibility,
    message_vi,
    message_en,
    sheet,
    cell,
    value,
    cells,
    family
from intake.issue
where submission_id = %(submission_id)s
    and reading_no = (
        select max(newest.reading_no)
        from intake.issue as newest
        where newest.submission_id = %(submission_id)s
    )
order by ordinal
