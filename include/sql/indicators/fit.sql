-- one row a period asked for and days in it that anything was reported for: few
create temporary table fit as
select n.need_id, n.over_time, n.source_id::bigint << 32 | s.span as slot
from (select distinct c.period_start, c.period_end, c.span from cell as c) as s
join need as n
    on n.year = extract(year from s.period_start) and s.period_start >= n.period_start and s.period_end <= n.period_end
where not n.is_areas
