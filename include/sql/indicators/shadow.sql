-- one row a value whose area lies in a larger one that reported the same: there the larger area counts
create temporary table shadow as
select distinct s.period_code, s.observation_id, b.area_code as larger_area
from tile as s
join ancestor as u on u.area_code = s.area_code and u.ancestor_code <> s.area_code
join tile as b
    on
        b.area_code = u.ancestor_code
        and b.source_id = s.source_id
        and b.over_time = s.over_time
        and b.counts_areas = s.counts_areas
        and b.period_code = s.period_code
        and b.item_code is not distinct from s.item_code
        and b.value is not null
        and b.period_start <= s.period_end
        and b.period_end >= s.period_start
where s.observation_id is not null
