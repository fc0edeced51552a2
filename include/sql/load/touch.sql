-- No rows: tells compute which cells have another current value now.
insert into core.changed_cell (measure_code, area_code, period_code, changed_at)
select distinct measure_code, area_code, period_code, %(moment)s::timestamptz
from load_change
where kind in ('added', 'changed', 'removed')
