-- one row an observation that a result uses which is not published as it is, and as what
create temporary table link as
with fresh as materialized (
    select s.result_id, s.series_id, s.area_no, s.base_id
    from result as r
    join summed as s using (result_id)
    where
        r.lineage_hash <> ''
        and not exists (
            select 1
            from core.indicator_value as v
            where
                v.known_to is null
                and (v.indicator_code, v.period_code, v.geography, v.area_code, v.series_code)
                = (r.indicator_code, r.period_code, r.geography, r.area_code, r.series_code)
        )
)
select f.result_id, o.observation_id, o.period_start, b.role
from fresh as f
join spread as s using (series_id, area_no)
join bundle as b using (bundle_id)
cross join unnest(b.observations, b.first_days) as o (observation_id, period_start)
union
select f.result_id, o.observation_id, o.period_start, 'baseline'
from fresh as f
join spread as s on s.series_id = f.base_id and s.area_no = f.area_no
join bundle as b using (bundle_id)
cross join unnest(b.observations, b.first_days) as o (observation_id, period_start)
