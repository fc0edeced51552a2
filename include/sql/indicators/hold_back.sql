-- notes that an indicator keeps its last published state for a period
insert into ops.held_back (indicator_code, period_code, run_id, reason)
values (%(indicator)s, %(period)s, %(run_id)s, %(reason)s)
on conflict (indicator_code, period_code) do nothing
