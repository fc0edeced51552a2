-- one row a year in which something is asked for, with the bytes of its observations; baseline years come first: others refer to them
select y.year, coalesce(pg_relation_size(to_regclass('core.observation_' || y.year)), 0) as size
from (select distinct a.year from asked as a) as y
order by y.year not in (select i.baseline_year from core.indicator as i), y.year
