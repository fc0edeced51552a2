-- one row the best current value of a measure for an item, area, period and flow, whoever sent it
create temporary table cell as
select
    o.*,
    extract(year from o.period_start)::integer as year,
    -- reported for days that overlap, or also from the start of the year on: only there is anything to choose
    bool_or(o.is_overlapping or (o.flow = 'ytd' and o.value is not null))
        over (partition by o.source_id, o.area_no, o.item_code) as is_tangled
from (
    select
        b.*,
        coalesce(
            b.period_start <= lag(b.period_end) over (
                partition by b.source_id, b.area_no, b.item_code, b.flow order by b.period_start, b.period_end
            ),
            false
        ) as is_overlapping
    from (
        select distinct on (s.source_id, a.area_no, coalesce(o.item_code, o.item_name), o.flow, o.period_start, o.period_end)
            s.source_id,
            a.area_no,
            coalesce(o.item_code, o.item_name) as item_code,
            o.flow,
            o.period_start,
            o.period_end,
            o.frequency,
            o.observation_id,
            position(o.obs_status in 'APEM')::smallint as status_rank,
            o.value
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
        left join core.indicator_sender as p on p.measure_code = o.measure_code and p.department_code = o.department_code
        where o.flow in ('period', 'stock', 'ytd')
        order by
            s.source_id,
            a.area_no,
            coalesce(o.item_code, o.item_name),
            o.flow,
            o.period_start,
            o.period_end,
            o.value is null,
            coalesce(p.priority, 99),
            position(o.obs_status in 'APEM'),
            o.source_period_end desc nulls last,
            o.received_seq desc,
            o.observation_id desc
    ) as b
) as o
