-- one row a measure and period that changed since the last computation, taken off the queue
with taken as (
    delete from core.changed_cell
    where %(everything)s or %(periods)s::text[] is null
    returning measure_code, period_code
),
bounds as (
    select distinct
        measure_code,
        make_date(left(period_code, 4)::integer, 1, 1) as year_start,
        period_code
    from taken
)
insert into pg_temp.touched (measure_code, period_start, period_end)
select distinct
    measure_code,
    case
        when period_code ~ '^\d{4}-\d{2}$' then to_date(period_code, 'YYYY-MM')
        when period_code ~ '^\d{4}-Q[1-4]$' then (year_start + make_interval(months => 3 * (right(period_code, 1)::integer - 1)))::date
        when period_code ~ '^\d{4}-H[12]$' then (year_start + make_interval(months => 6 * (right(period_code, 1)::integer - 1)))::date
        else year_start
    end,
    case
        when period_code ~ '^\d{4}-\d{2}$' then (to_date(period_code, 'YYYY-MM') + interval '1 month - 1 day')::date
        when period_code ~ '^\d{4}-Q[1-4]$' then (year_start + make_interval(months => 3 * right(period_code, 1)::integer) - interval '1 day')::date
        when period_code ~ '^\d{4}-H[12]$' then (year_start + make_interval(months => 6 * right(period_code, 1)::integer) - interval '1 day')::date
        else (year_start + interval '1 year - 1 day')::date
    end
from bounds
