-- One row: something that needs a person, with how often and since when.
select 'stuck_scan' as code, 1 as occurrences, beat_at as since, 'the drop folders were last looked through then' as detail
from ops.pulse
where name = 'scan' and beat_at < %(now)s - interval '15 minutes'
union all
select 'stuck_submission', count(*)::integer, min(received_at), string_agg(submission_id::text, ', ' order by submission_id)
from intake.submission
where state <> 'done' and received_at < %(now)s - interval '15 minutes'
having count(*) > 0
union all
select 'feedback_failed', count(*)::integer, min(received_at), string_agg(submission_id::text, ', ' order by submission_id)
from intake.submission
where feedback_state = 'failed'
having count(*) > 0
union all
select 'blocked_file', count(*)::integer, min(seen_at), string_agg(distinct department_code, ', ')
from intake.file
where state = 'blocked' and removed_at is null
having count(*) > 0
union all
select 'growing_quarantine', count(*)::integer, min(received_at), string_agg(distinct department_code, ', ')
from intake.submission
where verdict in ('unknown_form', 'unreadable') and withdrawn_at is null and received_at > %(now)s - interval '7 days'
having count(*) >= 5 and count(*) > 2 * (
    select count(*) from intake.submission
    where
        verdict in ('unknown_form', 'unreadable')
        and received_at between %(now)s - interval '14 days' and %(now)s - interval '7 days'
)
union all
select 'our_rejection', count(distinct i.submission_id)::integer, min(s.received_at), string_agg(distinct i.rule, ', ')
from intake.issue as i
join intake.submission as s on s.submission_id = i.submission_id and s.reading_no = i.reading_no
where
    i.severity = 'critical' and i.responsibility = 'us' and s.verdict in ('rejected', 'unreadable') and s.withdrawn_at is null
    and s.received_at > %(now)s - interval '31 days'
having count(*) > 0
union all
select 'failed_gate', count(*)::integer, min(r.started_at), string_agg(distinct h.indicator_code, ', ')
from ops.held_back as h
join ops.compute_run as r on r.run_id = h.run_id
having count(*) > 0
union all
select 'compute_lag', count(*)::integer, min(changed_at), string_agg(distinct period_code, ', ')
from core.changed_cell
having min(changed_at) < %(now)s - interval '30 minutes'
union all
select 'reminder_waits', count(*)::integer, min(planned_at), string_agg(distinct department_code, ', ')
from ops.reminder
where sent_at is null and planned_at < %(now)s - interval '1 hour'
having count(*) > 0
