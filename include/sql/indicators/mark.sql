-- one row a result: a number that tells the observations that it uses, and as what; the same observations give the same number
create temporary table mark as
with used as (
    select
        k.result_id,
        sum(hashint8extended(s.observation_id, case s.role when 'numerator' then 1 else 2 end)) as own_sum,
        sum(hashint8extended(s.observation_id, 3)) as base_sum
    from spread as s
    join result_key as k
        on
            k.indicator_code = s.indicator_code
            and k.period_code = s.period_code
            and k.series_code = s.series_code
            and k.geography = s.geography
            and k.area_code = s.target_area
    where s.observation_id is not null
    group by k.result_id
),
bases as (
    select k.result_id, b.result_id as base_id
    from summed as n
    join result_key as k using (result_id)
    join core.indicator as i using (indicator_code)
    join result_key as b
        on
            b.indicator_code = k.indicator_code
            and b.period_code = i.baseline_year::text
            and b.series_code = k.series_code
            and b.geography = k.geography
            and b.area_code = k.area_code
    where i.kind in ('reduction', 'change')
)
select k.result_id, b.base_id, (coalesce(u.own_sum, 0) + coalesce(o.base_sum, 0))::text as lineage_hash
from result_key as k
left join bases as b using (result_id)
left join used as u on u.result_id = k.result_id
left join used as o on o.result_id = b.base_id
where u.result_id is not null or o.result_id is not null
