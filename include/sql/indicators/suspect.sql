-- one row an area and a larger one around it that both reported for a need and an item: mostly none
create temporary table suspect as
with reported as materialized (
    select g.need_id, g.area_no, coalesce(g.item_code, '') as item_key
    from gathered as g
    where g.numerator_mark is not null
),
above as materialized (
    select r.need_id, r.item_key, r.area_no, u.ancestor_no
    from reported as r
    join ancestor as u using (area_no)
    where u.ancestor_no in (select l.area_no from reported as l)
)
select distinct a.need_id, a.item_key, a.area_no, a.ancestor_no
from above as a
join reported as l on l.need_id = a.need_id and l.item_key = a.item_key and l.area_no = a.ancestor_no
