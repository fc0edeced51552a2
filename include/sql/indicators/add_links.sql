-- keeps which observations the fresh results use, and as what
insert into link (result_id, observation_id, period_start, role)
with used as materialized (
    select s.result_id, s.series_id, s.area_no, s.base_id
    from fresh as f
    join summed as s using (result_id)
),
taken as materialized (
    select u.result_id, s.bundle_id, false as is_base
    from used as u
    join spread as s using (series_id, area_no)
    union
    select u.result_id, s.bundle_id, true
    from used as u
    join spread as s on s.series_id = u.base_id and s.area_no = u.area_no
),
held as materialized (
    select b.bundle_id, p.role, coalesce(p.observation_id, v.observation_id) as observation_id, coalesce(p.period_start, v.period_start) as period_start
    from bundle as b
    cross join unnest(b.parts) as e (part_id)
    join part as p using (part_id)
    left join tile as v
        on
            p.period_start is null
            and v.need_id = p.need_id
            and v.area_no = p.area_no
            and coalesce(v.item_code, '') = coalesce(p.item_code, '')
            and v.item_code is not distinct from p.item_code
    where b.bundle_id in (select t.bundle_id from taken as t)
)
select distinct t.result_id, h.observation_id, h.period_start, case when t.is_base then 'baseline' else h.role end
from taken as t
join held as h using (bundle_id)
where h.observation_id is not null
