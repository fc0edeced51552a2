-- one row: a file that was taken, its submission (a duplicate where the bytes were already taken from this department), and the end
-- of its waiting
with fresh as (
    insert into intake.submission (department_code, file_name, relative_path, sha256, size, received_at)
    values (%(department)s, %(file_name)s, %(relative_path)s, %(sha256)s, %(size)s, clock_timestamp())
    on conflict do nothing
    returning submission_id, received_seq, received_at, verdict
),

repeated as (
    insert into intake.submission (department_code, file_name, relative_path, sha256, size, received_at, verdict)
    select %(department)s, %(file_name)s, %(relative_path)s, %(sha256)s, %(size)s, clock_timestamp(), 'duplicate'
    where not exists (select from fresh)
    returning submission_id, received_seq, received_at, verdict
),

submission as (
    select * from fresh
    union all
    select * from repeated
),

entered as (
    insert into intake.file (
        department_code, original_name, name_bytes, path, path_bytes, size, sha256, ino, mtime_ns, ctime_ns,
        seen_at, received_at, state, submission_id
    )
    select
        %(department)s,
        %(file_name)s,
        %(name_bytes)s,
        %(relative_path)s,
        %(path_bytes)s,
        %(size)s,
        %(sha256)s,
        %(ino)s,
        %(mtime_ns)s,
        %(ctime_ns)s,
        coalesce(
            (
                select sighting.first_seen_at
                from intake.sighting
                where sighting.department_code = %(department)s and sighting.path_bytes = %(path_bytes)s
            ),
            clock_timestamp()
        ),
        submission.received_at,
        'received',
        submission.submission_id
    from submission
    on conflict (department_code, path_bytes, ino, size, mtime_ns, ctime_ns) do update
        set
            sha256 = excluded.sha256,
            received_at = excluded.received_at,
            state = excluded.state,
            reason = null,
            removed_at = null,
            submission_id = excluded.submission_id
    returning file_id, path_bytes, ino, size, mtime_ns, ctime_ns, original_name, path, sha256
),

forgotten as (
    delete from intake.sighting
    where department_code = %(department)s and path_bytes = %(path_bytes)s
)

select
    entered.*,
    submission.submission_id,
    submission.received_seq,
    submission.received_at,
    submission.verdict
from entered
cross join submission
