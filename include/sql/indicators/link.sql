-- one row an observation that a result uses, and as what
create temporary table link as
with used as (
    select distinct k.result_id, s.observation_id, s.period_start, s.role
    from spread as s
    join result_key as k
        on
            k.indicator_code = s.indicator_code
            and k.period_code = s.period_code
            and k.series_code = s.series_code
            and k.geography = s.geography
            and k.area_code = s.target_area
    where s.observation_id is not null
),
bases as (
    select n.result_id, u.observation_id, u.period_start, 'baseline' as role
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
    join used as u on u.result_id = b.result_id
    where i.kind in ('reduction', 'change')
)
select result_id, observation_id, period_start, role from used
union
select result_id, observation_id, period_start, role from bases
