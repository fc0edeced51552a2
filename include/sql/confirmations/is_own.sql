-- One row when the submission that is said to be corrected came from the same sender.
select submission_id
from intake.submission
where submission_id = %(submission_id)s
    and department_code = %(department_code)s
