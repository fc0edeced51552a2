-- One row: what one sequential read of every observation, grouped by cell, comes to.
select count(*), sum(highest)
from (
    select
        measure_code, coalesce(item_code, item_name) as item, area_code, period_start, period_end, flow, max(value) as highest
    from core.observation
    group by measure_code, coalesce(item_code, item_name), area_code, period_start, period_end, flow
) as cells
