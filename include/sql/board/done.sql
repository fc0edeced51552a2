-- one row: how many submissions there are and how many have their verdict and their indicators
select
    count(*) as submission_count,
    count(submission.verdict) as verdict_count
from mart.submission
