-- One row: a submission that this worker holds from now on.
-- Free is what nobody holds, or whose holder is gone (its advisory lock ended with its connection) or overdue. A department's
-- submissions are taken strictly in order of arrival: one that is held, or not asked for, holds back those behind it, and so does one
-- whose row is locked, because a worker that slept beyond its lease is in the middle of loading it.
with unfinished as (
    select
        s.submission_id, s.department_code, s.received_seq, s.state,
        s.submission_id = any(%(ids)s) and (
            s.claim_token is null or s.lease_until < clock_timestamp() or not exists (
                select from pg_locks as l
                where l.locktype = 'advisory' and l.classid = %(lock_class)s::bigint::oid and l.objid = s.claim_token::oid
                    and l.objsubid = 2 and l.granted
                    and l.database = (select d.oid from pg_database as d where d.datname = current_database())
            )
        ) as is_free
    from intake.submission as s
    where s.state <> 'done'
        and s.department_code in (select a.department_code from intake.submission as a where a.submission_id = any(%(ids)s))
),
locked as (
    select s.submission_id
    from intake.submission as s
    where s.submission_id in (select u.submission_id from unfinished as u where u.is_free)
    for update skip locked
),
held_back as (
    select u.department_code, min(u.received_seq) as received_seq
    from unfinished as u
    left join locked as l on l.submission_id = u.submission_id
    where l.submission_id is null and u.state <> 'loaded'
    group by u.department_code
),
chosen as (
    select l.submission_id
    from locked as l
    join unfinished as u on u.submission_id = l.submission_id
    left join held_back as h on h.department_code = u.department_code
    where h.received_seq is null or u.received_seq < h.received_seq
    order by u.received_seq
    limit %(most)s
)
update intake.submission as s set
    claim_token = %(claim_token)s, claimed_by = %(worker)s, claimed_at = clock_timestamp(),
    lease_until = clock_timestamp() + %(lease)s, state = case s.state when 'loaded' then 'loaded' else 'claimed' end
from chosen as c
where s.submission_id = c.submission_id
returning
    s.submission_id, s.department_code, s.file_name, s.sha256, s.received_at, s.received_seq, s.state, s.verdict,
    s.attempts
