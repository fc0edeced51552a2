-- one row: a finding of one submission, the gravest first
select
    issue.severity,
    issue.rule,
    issue.responsibility,
    issue.sheet,
    issue.cell,
    issue.value,
    issue.message_vi,
    issue.message_en
from mart.issue
where issue.submission_id = %(submission_id)s
order by array_position(array['critical', 'warning', 'info'], issue.severity), issue.sheet, issue.cell, issue.rule
limit %(rows)s
