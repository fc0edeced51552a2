-- One row: a published value that became another one since the moment.
with fresh as (
    select * from core.indicator_value where known_from > %(moment)s and known_to is null
),
stale as (
    select * from core.indicator_value where known_from <= %(moment)s and known_to > %(moment)s
)
select
    coalesce(f.indicator_code, s.indicator_code) as indicator_code, coalesce(f.series_code, s.series_code) as series_code,
    coalesce(f.geography, s.geography) as geography, coalesce(f.area_code, s.area_code) as area_code,
    coalesce(f.period_code, s.period_code) as period, s.value as value_before, f.value as value_after
from fresh as f
full join stale as s on s.indicator_code = f.indicator_code and s.series_code = f.series_code and s.geography = f.geography
    and s.area_code = f.area_code and s.period_code = f.period_code
where f.value is distinct from s.value or f.obs_status is distinct from s.obs_status or f.coverage is distinct from s.coverage
    or f.progress is distinct from s.progress
order by 1, 2, 3, 4, 5
