-- One row: a submission whose file can be read again, in order of arrival; of the quarantine where nothing else is asked for.
select submission_id, department_code, file_name, sha256, received_at, received_seq, verdict, corrects
from intake.submission
where state = 'done' and verdict <> 'duplicate' and withdrawn_at is null
    and (%(since)s::timestamptz is null or received_at >= %(since)s)
    and (%(ids)s::bigint[] is null or submission_id = any(%(ids)s))
    and (%(since)s is not null or %(ids)s is not null or verdict in ('unknown_form', 'unreadable'))
order by received_seq
