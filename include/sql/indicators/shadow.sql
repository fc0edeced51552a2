-- one row a value that does not count in an area, because a larger area inside it reported the same: that one counts
create temporary table shadow as
with reported as (
    select indicator_code, period_code, component_no, item_code, area_code, period_start, period_end, observation_id
    from part
    where is_used and value is not null and observation_id is not null
),
larger as (
    select distinct s.indicator_code, s.period_code, s.component_no, s.observation_id, u.ancestor_code
    from part as s
    join ancestor as u on u.area_code = s.area_code and u.ancestor_code <> s.area_code
    join reported as b
        on
            b.area_code = u.ancestor_code
            and b.indicator_code = s.indicator_code
            and b.period_code = s.period_code
            and b.component_no = s.component_no
            and b.item_code is not distinct from s.item_code
            and b.period_start <= s.period_end
            and b.period_end >= s.period_start
    where s.is_used and s.observation_id is not null
)
select distinct l.indicator_code, l.period_code, l.component_no, l.observation_id, m.geography, m.target_area
from larger as l
join area_map as m on m.source_area = l.ancestor_code
