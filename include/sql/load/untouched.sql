-- One row: a submission of those asked for that no worker has begun, nor any other of its department.
select s.submission_id, s.department_code
from intake.submission as s
where s.submission_id = any(%(ids)s) and s.state = 'received' and not exists (
    select from intake.submission as other
    where other.department_code = s.department_code and other.state <> 'done' and other.state <> 'received'
)
