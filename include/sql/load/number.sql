-- No rows: notes the last of the keys that the change gave to each submission.
update intake.submission as s set last_observation = n.highest - s.submission_id * 10000000
from (select submission_id, max(new_id) as highest from load_change where new_id is not null group by submission_id) as n
where s.submission_id = n.submission_id
