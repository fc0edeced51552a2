-- One row: a department that is not reminded because a file of its own still waits for us, or failed through us.
select department_code, 'waiting' as reason
from intake.submission
where state <> 'done' and received_at <= %(moment)s
union
select s.department_code, 'our_fault'
from intake.submission as s
where
    s.verdict in ('rejected', 'unreadable') and s.withdrawn_at is null
    and s.received_at between %(moment)s - interval '31 days' and %(moment)s
    and exists (
        select from intake.issue as i
        where
            i.submission_id = s.submission_id and i.reading_no = s.reading_no and i.severity = 'critical'
            and i.responsibility = 'us'
    )
    and not exists (
        select from intake.submission as later
        where
            later.department_code = s.department_code and later.form_code is not distinct from s.form_code
            and later.received_seq > s.received_seq and later.verdict in ('accepted', 'accepted_with_warnings')
    )
union
select department_code, 'blocked'
from intake.file
where state = 'blocked' and department_code is not null and removed_at is null
