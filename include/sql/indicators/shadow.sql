-- one row a value that does not count in an area, because a larger area inside it reported the same: that one counts
create temporary table shadow as
with reported as materialized (
    select distinct v.need_id, v.area_no, coalesce(v.item_code, '') as item_key
    from tile as v
    where v.observation_id is not null
),
above as materialized (
    select r.need_id, r.item_key, r.area_no, u.ancestor_no
    from reported as r
    join ancestor as u using (area_no)
),
-- where an area and a larger one reported at all: mostly nowhere
suspect as materialized (
    select t.scope_id, t.component_no, a.item_key, a.area_no, a.ancestor_no
    from above as a
    join reported as b on b.need_id = a.need_id and b.item_key = a.item_key and b.area_no = a.ancestor_no
    join term as t on t.need_id = a.need_id
),
larger as materialized (
    select distinct s.scope_id, s.component_no, s.observation_id, x.ancestor_no
    from suspect as x
    join part as s
        on
            s.scope_id = x.scope_id
            and s.component_no = x.component_no
            and s.area_no = x.area_no
            and coalesce(s.item_code, '') = x.item_key
    join part as b
        on
            b.scope_id = x.scope_id
            and b.component_no = x.component_no
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
