-- one row a period that a published value has
select p.code, p.name_vi, p.name_en, p.sort_order, p.frequency, p.period_start, p.period_end
from mart.period as p
where p.code in (select s.period from mart.indicator_series as s)
order by p.sort_order
