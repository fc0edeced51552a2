-- no rows: enters a file that was taken, and forgets that it waited
with entered as (
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
    from intake.submission
    where submission.submission_id = %(submission_id)s
    on conflict (department_code, path_bytes, ino, size, mtime_ns, ctime_ns) do update
        set
            sha256 = excluded.sha256,
            received_at = excluded.received_at,
            state = excluded.state,
            reason = null,
            submission_id = excluded.submission_id
)

delete from intake.sighting
where department_code = %(department)s and path_bytes = %(path_bytes)s
