-- one row an area and a larger area that contains it
create temporary table ancestor as
with recursive up as (
    select a.area_code, a.parent_code as ancestor_code from core.area as a
    where a.parent_code is not null
    union all
    select u.area_code, a.parent_code
    from up as u
    join core.area as a on a.area_code = u.ancestor_code
    where a.parent_code is not null
)
select p.area_no, l.area_no as ancestor_no
from up as u
join place as p on p.area_code = u.area_code
join place as l on l.area_code = u.ancestor_code
