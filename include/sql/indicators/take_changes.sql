-- one row a measure and the days in which it changed since the last computation, taken off the queue
with taken as (
    delete from core.changed_cell
    where %(everything)s or %(periods)s::text[] is null
    returning measure_code, period_code
)
insert into pg_temp.touched (measure_code, period_start, period_end)
select distinct
    t.measure_code,
    coalesce(p.period_start, make_date(left(t.period_code, 4)::integer, 1, 1)),
    coalesce(p.period_end, make_date(left(t.period_code, 4)::integer, 12, 31))
from taken as t
left join core.period as p on p.period_code = t.period_code
