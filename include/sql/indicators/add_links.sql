-- keeps which observations the fresh results use, and as what
insert into link (result_id, observation_id, period_start, role)
with used as (
    select s.result_id, s.series_id, s.area_no, s.base_id
    from fresh as f
    join summed as s using (result_id)
)
select u.result_id, o.observation_id, o.period_start, b.role
from used as u
join spread as s using (series_id, area_no)
join bundle as b using (bundle_id)
cross join unnest(b.observations, b.first_days) as o (observation_id, period_start)
union
select u.result_id, o.observation_id, o.period_start, 'baseline'
from used as u
join spread as s on s.series_id = u.base_id and s.area_no = u.area_no
join bundle as b using (bundle_id)
cross join unnest(b.observations, b.first_days) as o (observation_id, period_start)
