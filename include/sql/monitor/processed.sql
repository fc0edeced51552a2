-- One row: what has just been done: how many submissions by verdict and findings by rule, and the seconds each took from drop to feedback.
select 'processed' as name, verdict as label, count(*)::numeric as value
from intake.submission
where submission_id = any(%(submission_ids)s) and state = 'done'
group by verdict
union all
select 'found', i.rule, count(*)::numeric
from intake.issue as i
join intake.submission as s on s.submission_id = i.submission_id and s.reading_no = i.reading_no
where s.submission_id = any(%(submission_ids)s) and s.state = 'done'
group by i.rule
union all
select 'drop_to_feedback', '', extract(epoch from finished_at - received_at)::numeric
from intake.submission
where submission_id = any(%(submission_ids)s) and state = 'done' and finished_at is not null
