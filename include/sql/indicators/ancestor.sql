-- one row an area and an area that contains it, itself included
create temporary table ancestor as
with recursive up as (
    select area_code, area_code as ancestor_code from core.area
    union all
    select u.area_code, a.parent_code
    from up as u
    join core.area as a on a.area_code = u.ancestor_code
    where a.parent_code is not null
)
select * from up
