-- No rows: notes that something which has to happen again and again has happened.
insert into ops.pulse (name, beat_at) values (%(name)s, %(now)s)
on conflict (name) do update set beat_at = greatest(ops.pulse.beat_at, excluded.beat_at)
