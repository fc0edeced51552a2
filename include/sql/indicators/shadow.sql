-- one row a value that does not count in an area, because a larger area inside it reported the same: that one counts
create temporary table shadow as
with larger as materialized (
    select distinct s.scope_id, s.component_no, s.observation_id, x.ancestor_no
    from suspect as x
    join part as s on s.need_id = x.need_id and s.area_no = x.area_no and coalesce(s.item_code, '') = x.item_key
    join part as b
        on
            b.scope_id = s.scope_id
            and b.component_no = s.component_no
            and b.area_no = x.ancestor_no
            and coalesce(b.item_code, '') = x.item_key
            and b.item_code is not distinct from s.item_code
            and b.period_start <= s.period_end
            and b.period_end >= s.period_start
    where
        s.is_used
        and s.observation_id is not null
        and b.is_used
        and b.value is not null
        and b.observation_id is not null
)
select distinct l.scope_id, l.component_no, l.observation_id, m.geography, m.target_no
from larger as l
join area_map as m on m.source_no = l.ancestor_no
