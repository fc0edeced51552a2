-- one row a year in which something is asked for, with the bytes of its observations; baseline years come first: others refer to them
select y.year, coalesce(pg_relation_size(to_regclass('core.observation_' || y.year)), 0) as size, y.is_baseline
from (
    select a.year, a.year in (select i.baseline_year from core.indicator as i) as is_baseline
    from asked as a
    group by a.year
) as y
order by not y.is_baseline, y.year
