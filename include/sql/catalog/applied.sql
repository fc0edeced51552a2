-- No rows: remembers by its hash what is in place.
insert into ops.applied (name, hash) values (%(name)s, %(hash)s)
on conflict (name) do update set hash = excluded.hash, applied_at = clock_timestamp()
