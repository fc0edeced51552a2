-- One row: a figure about the flow, by name and label.
select 'submissions' as name, coalesce(verdict, 'in_process') as label, count(*)::numeric as value
from intake.submission
group by verdict
union all
select 'issues', rule, count(*)::numeric
from intake.issue
group by rule
union all
select 'seconds_to_feedback_p50', '', percentile_cont(0.5) within group (order by extract(epoch from finished_at - received_at))::numeric
from intake.submission
where finished_at > %(now)s - interval '1 day'
having count(*) > 0
union all
select 'seconds_to_feedback_p95', '', percentile_cont(0.95) within group (order by extract(epoch from finished_at - received_at))::numeric
from intake.submission
where finished_at > %(now)s - interval '1 day'
having count(*) > 0
union all
select 'oldest_unprocessed_seconds', '', coalesce(max(extract(epoch from %(now)s - received_at)), 0)::numeric
from intake.submission
where state <> 'done'
union all
select 'compute_lag_seconds', '', coalesce(max(extract(epoch from %(now)s - changed_at)), 0)::numeric
from core.changed_cell
union all
-- counting hundreds of millions of rows every five minutes would be a load of its own: the planner's estimate
select 'observations', '', coalesce(sum(greatest(c.reltuples, 0)), 0)::numeric
from pg_catalog.pg_inherits as part
join pg_catalog.pg_class as c on c.oid = part.inhrelid
where part.inhparent = 'core.observation'::regclass
