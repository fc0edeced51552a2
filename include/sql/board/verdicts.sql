-- one row: how many submissions ended with one verdict in the last 90 days
select
    submission.verdict,
    count(*) as submission_count
from mart.submission
where submission.received_at > now() - interval '90 days'
group by submission.verdict
order by submission.verdict
