-- one row a file that waits in a department's folder: when it was first seen, for how many seconds it has been left alone and known
insert into intake.sighting as known
    (department_code, path_bytes, ino, size, mtime_ns, ctime_ns, first_seen_at, unchanged_since, polls)
select
    %(department)s,
    seen.path_bytes,
    seen.ino,
    seen.size,
    seen.mtime_ns,
    seen.ctime_ns,
    statement_timestamp(),
    statement_timestamp(),
    1
from unnest(
    %(paths)s::bytea[], %(inos)s::bigint[], %(sizes)s::bigint[], %(mtimes)s::bigint[], %(ctimes)s::bigint[]
) as seen (path_bytes, ino, size, mtime_ns, ctime_ns)
on conflict (department_code, path_bytes) do update
    set
        unchanged_since = case
            when (known.ino, known.size, known.mtime_ns, known.ctime_ns)
                = (excluded.ino, excluded.size, excluded.mtime_ns, excluded.ctime_ns)
                then known.unchanged_since
            else excluded.unchanged_since
        end,
        polls = case
            when (known.ino, known.size, known.mtime_ns, known.ctime_ns)
                = (excluded.ino, excluded.size, excluded.mtime_ns, excluded.ctime_ns)
                then known.polls + 1
            else 1
        end,
        ino = excluded.ino,
        size = excluded.size,
        mtime_ns = excluded.mtime_ns,
        ctime_ns = excluded.ctime_ns
returning
    path_bytes,
    first_seen_at,
    extract(epoch from clock_timestamp() - unchanged_since)::float8,
    extract(epoch from clock_timestamp() - first_seen_at)::float8
