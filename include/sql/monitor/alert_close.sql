-- No rows: closes alerts that were looked for and not found for a while: a thing that comes and goes stays one alert.
update ops.alert
set closed_at = %(now)s
where closed_at is null and seen_at < %(now)s - %(calm)s::interval and code <> all(%(not_looked_for)s)
