-- one row an observation that a result uses which is not published as it is, and as what
create temporary table link as
with fresh as (
    select r.result_id, m.base_id
    from result as r
    join mark as m using (result_id)
    where not exists (
        select 1
        from core.indicator_value as v
        where
            v.known_to is null
            and (v.indicator_code, v.period_code, v.geography, v.area_code, v.series_code)
            = (r.indicator_code, r.period_code, r.geography, r.area_code, r.series_code)
    )
),
used as (
    select distinct k.result_id, s.observation_id, s.period_start, s.role
    from spread as s
    join result_key as k
        on
            k.indicator_code = s.indicator_code
            and k.period_code = s.period_code
            and k.series_code = s.series_code
            and k.geography = s.geography
            and k.area_code = s.target_area
    where
        s.observation_id is not null
        and k.result_id in (select f.result_id from fresh as f union select f.base_id from fresh as f)
)
select f.result_id, u.observation_id, u.period_start, u.role
from fresh as f
join used as u using (result_id)
union
select f.result_id, u.observation_id, u.period_start, 'baseline'
from fresh as f
join used as u on u.result_id = f.base_id
