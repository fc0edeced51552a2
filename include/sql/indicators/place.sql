-- one row an area, with a number that is shorter than its code
create temporary table place as
select
    row_number() over (order by a.area_code)::integer as area_no,
    a.area_code,
    a.vintage,
    a.level,
    a.valid_from,
    a.valid_to
from core.area as a
