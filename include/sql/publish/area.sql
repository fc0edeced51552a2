-- one row an area that a published value has
select a.code, a.name_vi, a.name_en, a.sort_order, a.valid_from, a.valid_to, a.level, a.parent_code, a.short_name
from mart.area as a
where a.code in (select s.area_code from mart.indicator_series as s)
order by a.sort_order, a.code
