-- one row what may be expected to report, or did: an area, an item of a register, or the one source; with a number
create temporary table unit as
select row_number() over ()::integer as unit_no, u.unit_key
from (
    select p.area_code as unit_key from place as p
    union
    select r.unit_key from indicator_unit as r
    union
    select g.item_code from gathered as g
    where g.item_code is not null
    union
    select 'single'
) as u
