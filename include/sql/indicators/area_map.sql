-- one row a reported area, the area of a geography that it is counted in, and its share there; a null share cannot be known
create temporary table area_map as
with recursive up as (
    select area_code, area_code as ancestor_code from core.area
    union all
    select u.area_code, a.parent_code
    from up as u
    join core.area as a on a.area_code = u.ancestor_code
    where a.parent_code is not null
),
own as (
    select
        g.geography, u.area_code as source_area, u.ancestor_code as target_area, 1::numeric as share, false as is_estimate,
        t.level = 'province' as is_province
    from core.geography as g
    cross join up as u
    join core.area as t on t.area_code = u.ancestor_code
    where t.vintage = g.vintage or t.level = 'province'
),
crossed as (
    select
        x.geography,
        x.from_area,
        u.ancestor_code,
        case when bool_or(x.share is null) then null else sum(x.share) end,
        bool_or(x.method <> 'whole'),
        false
    from core.crosswalk as x
    join up as u on u.area_code = x.to_area
    join core.area as t on t.area_code = u.ancestor_code
    where t.level <> 'province'
    group by x.geography, x.from_area, u.ancestor_code
)
select m.geography, s.area_no as source_no, t.area_no as target_no, m.share, m.is_estimate, m.is_province
from (
    select * from own
    union all
    select * from crossed
) as m
join place as s on s.area_code = m.source_area
join place as t on t.area_code = m.target_area
