-- one row a result to be: everything with data, and every year of the plan for the province
create temporary table result_key as
select row_number() over () as result_id, k.*
from (
    select s.indicator_code, s.period_code, s.series_code, s.geography, s.target_area as area_code
    from spread as s
    where s.observation_id is not null
    union
    select s.indicator_code, s.period_code, 'total', g.geography, a.area_code
    from scope as s
    cross join core.geography as g
    join core.area as a on a.level = 'province'
    where s.is_expected
) as k
