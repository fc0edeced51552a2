-- One row: what became of a submission.
select
    submission_id, department_code, file_name, verdict, form_code, period_code, revision, observation_count, critical_count,
    warning_count
from intake.submission
where submission_id = %(submission_id)s
