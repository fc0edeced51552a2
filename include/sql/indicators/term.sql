-- one row a component of an indicator in a period, the need whose values it takes, and how its values are matched with others
create temporary table term as
select
    s.scope_id, n.need_id, c.component_no, c.role, c.measure_code,
    -- a quarter's use over a month's output would be a wrong number: both sides have to cover the same days
    i.kind = 'ratio' and i.match_rule = 'none' and c.over_time = 'sum' as is_dated,
    i.match_rule = 'none' and i.kind not in ('intensity', 'reduction') as is_single,
    i.match_rule <> 'none' as by_area,
    i.match_rule = 'cell' as by_cell,
    i.kind in ('intensity', 'reduction') as by_product,
    i.kind = 'change' as by_month,
    case c.role when 'numerator' then 1 else 2 end as side,
    -- both sides with a value, but a change has one side only and a sum needs none; and none without, unless areas are matched
    case when i.match_rule = 'none' or i.kind = 'change' then 0 when i.kind = 'sum' then 4 else 12 end as bits_wanted,
    case when i.match_rule = 'none' or i.kind = 'change' then 0 when i.kind = 'sum' then 4 else 12 end
    + case i.match_rule when 'cell' then 16 else 0 end as bits_asked
from scope as s
join indicator as i using (indicator_code)
join indicator_component as c using (indicator_code)
join need as n
    on
        n.source_measure = c.source_measure
        and n.forms = c.forms
        and n.is_areas = (c.derivation = 'areas')
        and n.is_positive = (c.derivation = 'positive')
        and n.over_time = c.over_time
        and n.factor_code is not distinct from c.factor_code
        and n.counts_areas = i.counts_areas
        and n.period_code = s.period_code
