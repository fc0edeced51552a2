-- no rows: forgets what is not in the department's folder any more: files that waited, and files that could not be taken
with listed as (
    select *
    from unnest(
        %(paths)s::bytea[], %(inos)s::numeric[], %(sizes)s::bigint[], %(mtimes)s::bigint[], %(ctimes)s::bigint[]
    ) as entry (path_bytes, ino, size, mtime_ns, ctime_ns)
),

unblocked as (
    update intake.file
    set removed_at = clock_timestamp()
    where
        department_code = %(department)s
        and state = 'blocked'
        and removed_at is null
        and not exists (
            select
            from listed
            where
                listed.path_bytes = file.path_bytes
                and listed.ino = file.ino
                and listed.size = file.size
                and listed.mtime_ns = file.mtime_ns
                and listed.ctime_ns = file.ctime_ns
        )
)

delete from intake.sighting
where
    department_code = %(department)s
    and path_bytes <> all(%(waiting)s::bytea[])
