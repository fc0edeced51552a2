-- one row a reported measure with the forms that count for it, how it goes over time, and the period asked for
create temporary table need as
select row_number() over ()::integer as need_id, n.*, extract(year from n.period_start)::integer as year
from (
    select distinct
        dense_rank() over (order by c.source_measure, c.forms, c.derivation = 'areas')::integer as source_id,
        c.source_measure,
        c.forms,
        c.derivation = 'areas' as is_areas,
        c.over_time,
        i.counts_areas,
        s.period_code,
        s.period_start,
        s.period_end
    from scope as s
    join core.indicator as i using (indicator_code)
    join core.indicator_component as c using (indicator_code)
) as n
