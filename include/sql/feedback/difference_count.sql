-- One row is a kind of change and how many values of a submission have it.
select
    submission_id,
    kind,
    count(*) as value_count
from intake.difference
where submission_id = any(%(submission_ids)s)
    and cause = 'loaded'
group by submission_id, kind
