-- one row a reported area, the area of a geography that it is counted in, and its share there; a null share cannot be known
create temporary table area_map as
with own as (
    select
        g.geography, u.area_code as source_area, u.ancestor_code as target_area, 1::numeric as share, false as is_estimate,
        t.level = 'province' as is_province
    from core.geography as g
    cross join ancestor as u
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
    join ancestor as u on u.area_code = x.to_area
    join core.area as t on t.area_code = u.ancestor_code
    where t.level <> 'province'
    group by x.geography, x.from_area, u.ancestor_code
)
select * from own
union all
select * from crossed
