-- One row: an alert that stands, the newest last.
select code, state, text, opened_at
from ops.alert
where closed_at is null
order by opened_at, code
