-- one row: how many submissions ended with one verdict in the last 90 days
select
    submission.verdict,
    count(*) as submission_count
from mart.submission
where
    submission.received_at > now() - interval '90 days'
    and (%(reach)s::text[] is null or submission.department_code = any(%(reach)s))
group by submission.verdict
order by submission.verdict
