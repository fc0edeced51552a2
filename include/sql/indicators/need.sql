-- one row a reported measure with the forms that count for it, how it goes over time and is converted, and the period asked for
create temporary table need as
select row_number() over ()::integer as need_id, n.*, extract(year from n.period_start)::integer as year
from (
    select
        dense_rank() over (order by c.source_measure, c.forms, c.derivation = 'areas')::integer as source_id,
        c.source_measure,
        c.forms,
        c.derivation = 'areas' as is_areas,
        c.derivation = 'positive' as is_positive,
        c.over_time,
        c.factor_code,
        i.counts_areas,
        s.period_code,
        s.period_start,
        s.period_end,
        bool_or(s.is_base) as is_base
    from scope as s
    join indicator as i using (indicator_code)
    join indicator_component as c using (indicator_code)
    group by c.source_measure, c.forms, c.derivation, c.over_time, c.factor_code, i.counts_areas, s.period_code, s.period_start, s.period_end
) as n
