-- One row: a submission that is not done, oldest first.
select submission_id as id, department_code as department, file_name as file, state, attempts, feedback_state as feedback
from intake.submission
where state <> 'done'
order by received_seq
