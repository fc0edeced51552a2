-- One row: an alert that somebody has to be told about now: a new one, or a critical one that still stands after a day.
update ops.alert
set told_at = %(now)s
where
    closed_at is null
    and (told_at is null or (state = 'critical' and told_at < %(now)s - %(again)s::interval))
returning alert_id, code, state, text, opened_at
