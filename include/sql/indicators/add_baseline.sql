-- keeps the results of baseline years
insert into baseline (indicator_code, series_code, geography, area_code, value)
select r.indicator_code, r.series_code, r.geography, r.area_code, r.value
from result as r
where r.period_code = r.baseline_year::text
