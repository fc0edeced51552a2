-- One row: a submission that is not done and that no living worker holds, in order of arrival.
select s.submission_id, s.department_code
from intake.submission as s
where s.state <> 'done' and (
    s.claim_token is null or s.lease_until < clock_timestamp() or not exists (
        select from pg_locks as l
        where l.locktype = 'advisory' and l.classid = %(lock_class)s::bigint::oid and l.objid = s.claim_token::oid
            and l.objsubid = 2 and l.granted
            and l.database = (select d.oid from pg_database as d where d.datname = current_database())
    )
)
order by s.received_seq
