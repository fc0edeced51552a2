-- no rows: enters files that are left alone or cannot be taken, once for each state in which they were seen;
-- what could not be taken, was gone and is there again as it was, is there again
insert into intake.file
    (department_code, original_name, name_bytes, path, path_bytes, size, ino, mtime_ns, ctime_ns, seen_at, state, reason)
select
    %(department)s,
    left_alone.original_name,
    left_alone.name_bytes,
    left_alone.path,
    left_alone.path_bytes,
    left_alone.size,
    left_alone.ino,
    left_alone.mtime_ns,
    left_alone.ctime_ns,
    clock_timestamp(),
    left_alone.state,
    left_alone.reason
from unnest(
    %(names)s::text[],
    %(name_bytes)s::bytea[],
    %(shown_paths)s::text[],
    %(paths)s::bytea[],
    %(inos)s::bigint[],
    %(sizes)s::bigint[],
    %(mtimes)s::bigint[],
    %(ctimes)s::bigint[],
    %(states)s::text[],
    %(reasons)s::text[]
) as left_alone (
    original_name, name_bytes, path, path_bytes, ino, size, mtime_ns, ctime_ns, state, reason
)
on conflict (department_code, path_bytes, ino, size, mtime_ns, ctime_ns) do update
    set removed_at = null
    where file.state = 'blocked' and file.removed_at is not null
