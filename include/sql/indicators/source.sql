-- one row a reported measure with the forms that count for it, and days without a gap in which some period asked for lies
create temporary table source as
select
    source_id, source_measure, forms, lower(days) as first_day, upper(days) - 1 as last_day
from (
    select source_id, source_measure, forms, unnest(range_agg(daterange(period_start, period_end, '[]'))) as days
    from need
    where not is_areas
    group by source_id, source_measure, forms
) as spans
