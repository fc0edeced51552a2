-- one row a component of an indicator in a period, and the need whose values it takes
create temporary table term as
select
    s.scope_id, n.need_id, c.component_no, c.role, c.measure_code, c.factor_code, c.over_time, i.kind, i.match_rule,
    c.derivation = 'positive' as is_positive
from scope as s
join core.indicator as i using (indicator_code)
join core.indicator_component as c using (indicator_code)
join need as n
    on
        n.source_measure = c.source_measure
        and n.forms = c.forms
        and n.is_areas = (c.derivation = 'areas')
        and n.over_time = c.over_time
        and n.counts_areas = i.counts_areas
        and n.period_code = s.period_code
