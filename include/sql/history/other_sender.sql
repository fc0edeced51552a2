-- One row is a value of this file for which another sender or form says something else by more than 0.5 percent.
select distinct on (incoming.ordinal)
    incoming.ordinal,
    o.value as other_value,
    o.department_code,
    o.form_code
from incoming
inner join core.observation as o
    on incoming.measure_code = o.measure_code
    and incoming.flow = o.flow
    and incoming.period_start = o.period_start
    and incoming.period_end = o.period_end
    and incoming.item_key is not distinct from coalesce(o.item_code, o.item_name)
    and (incoming.area_code = o.area_code or (incoming.area_code is null and o.area_code is null))
where (o.department_code, o.form_code) is distinct from (incoming.department_code, incoming.form_code)
    and incoming.flow in ('period', 'stock')
    and o.known_to is null
    and o.value is not null
    and abs(o.value - incoming.value) * 200 > greatest(abs(o.value), abs(incoming.value))
order by
    incoming.ordinal,
    array_position(array['A', 'P', 'E', 'M'], o.obs_status),
    o.source_period_end desc,
    o.received_seq desc
