-- No rows: notes a finding that needs a person: a new alert, or one that stands already. One that becomes critical is told anew.
insert into ops.alert as known (code, state, text, opened_at, seen_at)
values (%(code)s, %(state)s, %(text)s, %(now)s, %(now)s)
on conflict (code) where closed_at is null do update
    set
        state = excluded.state,
        text = excluded.text,
        seen_at = excluded.seen_at,
        told_at = case when excluded.state = 'critical' and known.state = 'warning' then null else known.told_at end
