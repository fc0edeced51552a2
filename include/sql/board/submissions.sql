-- one row: a submission, the newest first
select
    submission.submission_id,
    submission.department_code,
    department.name_vi as department_name_vi,
    department.name_en as department_name_en,
    submission.form_code,
    submission.file_name,
    submission.sha256,
    submission.received_at,
    submission.loaded_at,
    submission.verdict,
    submission.period,
    submission.area_code,
    submission.revision,
    submission.supersedes,
    submission.observation_count,
    submission.critical_count,
    submission.warning_count
from mart.submission
left join mart.department on submission.department_code = department.code
where
    (%(reach)s::text[] is null or submission.department_code = any(%(reach)s))
    and (%(department)s::text is null or submission.department_code = %(department)s)
    and (%(verdict)s::text is null or submission.verdict = %(verdict)s)
    and (%(submission_id)s::bigint is null or submission.submission_id = %(submission_id)s)
    and (%(before)s::bigint is null or submission.submission_id < %(before)s)
order by submission.submission_id desc
limit %(rows)s
