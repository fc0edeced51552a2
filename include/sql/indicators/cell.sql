-- one row the best current value of a measure for an item, area, period and flow, whoever sent it
create temporary table cell as
select distinct on (c.slot, c.area_no, c.item_code, c.flow, c.period_start, c.period_end)
    c.slot, c.source_id, c.area_no, c.item_code, c.flow, c.period_start, c.period_end, c.span, c.frequency, c.observation_id,
    c.status_rank, c.value, extract(year from c.period_start)::integer as year
from (
    select
        s.source_id::bigint << 32 | d.span as slot,
        s.source_id,
        a.area_no,
        coalesce(o.item_code, o.item_name) as item_code,
        o.flow,
        o.period_start,
        o.period_end,
        d.span,
        o.frequency,
        o.observation_id,
        position(o.obs_status in 'APEM')::smallint as status_rank,
        o.value,
        coalesce(p.priority, 99) as priority,
        o.source_period_end,
        o.received_seq
    from source as s
    join core.observation as o
        on
            o.measure_code = s.source_measure
            and o.known_to is null
            and o.period_start >= s.first_day
            and o.period_end <= s.last_day
            -- says the same for all sources at once: years that nobody asks for are left out before they are read
            and o.period_start between %(first_day)s and %(last_day)s
            and (s.forms = '' or o.form_code = any(string_to_array(s.forms, '|')))
    join place as a on a.area_code = o.area_code
    left join indicator_sender as p on p.measure_code = o.measure_code and p.department_code = o.department_code
    -- both days in a number; no period asked for is longer than a year, so nothing is lost
    cross join lateral (
        select (o.period_start - date '1900-01-01') * 512 + least(o.period_end - o.period_start, 511) as span
    ) as d
    where o.flow in ('period', 'stock', 'ytd')
) as c
order by
    c.slot,
    c.area_no,
    c.item_code,
    c.flow,
    c.period_start,
    c.period_end,
    c.value is null,
    c.priority,
    c.status_rank,
    c.source_period_end desc nulls last,
    c.received_seq desc,
    c.observation_id desc
