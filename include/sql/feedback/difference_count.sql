-- One row is a kind of change and how many values of the submission have it.
select
    kind,
    count(*) as value_count
from intake.difference
where submission_id = %(submission_id)s
    and cause = 'loaded'
group by kind
