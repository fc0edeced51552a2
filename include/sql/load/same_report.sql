-- One row: the highest amendment of a report that has been accepted, and when it was last received; NULL when there is none.
select
    max(k.amendment),
    max(s.received_at)
from intake.submission_key as k
join intake.submission as s on s.submission_id = k.submission_id and s.reading_no = k.reading_no
where k.submission_key = any(%(keys)s) and s.withdrawn_at is null
