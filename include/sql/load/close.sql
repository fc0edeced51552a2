-- No rows: closes the observations that the change replaces or leaves out.
update core.observation as o set known_to = %(moment)s
from load_change as c
where o.observation_id = c.open_id and o.period_start = c.period_start and c.kind in ('changed', 'removed')
