-- One row: a published value that uses one of the observations.
select
    l.observation_id, l.role, v.indicator_code, i.name_vi, i.name_en, v.series_code, v.area_code, v.geography,
    v.period_code as period, v.value, v.unit_code, v.known_from
from core.lineage as l
join core.indicator_value as v on v.indicator_value_id = l.indicator_value_id and v.known_to is null
join core.indicator as i on i.indicator_code = v.indicator_code
where l.observation_id = any(%(observation_ids)s)
order by i.sort_order, v.series_code, v.area_code, v.period_start, v.geography, l.observation_id
