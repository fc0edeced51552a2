-- one row the best current value of a measure for an item, area, period and flow, whoever sent it
create temporary table cell as
select distinct on (s.source_id, coalesce(o.item_code, o.item_name), o.area_code, o.period_start, o.period_end, o.flow)
    s.source_id,
    o.observation_id,
    coalesce(o.item_code, o.item_name) as item_code,
    o.area_code,
    a.vintage,
    o.period_start,
    o.period_end,
    o.frequency,
    o.flow,
    o.obs_status,
    o.value,
    a.valid_from as area_from,
    a.valid_to as area_to
from source as s
join core.observation as o
    on
        o.measure_code = s.source_measure
        and o.known_to is null
        and o.period_start >= s.first_day
        and o.period_end <= s.last_day
        -- says the same for all sources at once: years that nobody asks for are left out before they are read
        and o.period_start >= (select min(b.first_day) from source as b)
        and o.period_start <= (select max(b.last_day) from source as b)
        and (s.forms = '' or o.form_code = any(string_to_array(s.forms, '|')))
join core.area as a on a.area_code = o.area_code
left join core.indicator_sender as p on p.measure_code = o.measure_code and p.department_code = o.department_code
where o.flow in ('period', 'stock', 'ytd')
order by
    s.source_id,
    coalesce(o.item_code, o.item_name),
    o.area_code,
    o.period_start,
    o.period_end,
    o.flow,
    o.value is null,
    coalesce(p.priority, 99),
    position(o.obs_status in 'APEM'),
    o.source_period_end desc nulls last,
    o.received_seq desc,
    o.observation_id desc
