-- One row is a submission with the submissions that it replaces and corrects.
select
    submission.submission_id,
    submission.department_code,
    submission.file_name,
    submission.sha256,
    submission.received_at,
    coalesce(submission.verdict, 'rejected') as verdict,
    submission.form_code,
    submission.area_code,
    submission.period_code,
    submission.revision,
    submission.supersedes,
    submission.corrects,
    submission.observation_count,
    submission.reason,
    original.submission_id as original_id,
    original.file_name as original_name,
    original.verdict as original_verdict
from intake.submission
left join lateral (
    select
        earlier.submission_id,
        earlier.file_name,
        case when earlier.withdrawn_at is null then earlier.verdict end as verdict
    from intake.submission as earlier
    where earlier.department_code = submission.department_code
        and earlier.sha256 = submission.sha256
        and earlier.received_seq < submission.received_seq
    order by earlier.withdrawn_at is null and earlier.verdict <> 'duplicate' desc, earlier.received_seq
    limit 1
) as original on submission.verdict = 'duplicate'
where submission.submission_id = any(%(submission_ids)s)
