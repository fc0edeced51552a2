-- One row: what became of a submission, in the order asked for.
select
    submission_id, department_code, file_name, verdict, form_code, period_code, revision, observation_count, critical_count,
    warning_count
from intake.submission
where submission_id = any(%(submission_ids)s)
order by array_position(%(submission_ids)s::bigint[], submission_id)
