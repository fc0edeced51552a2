-- One row of the stream: an observation of some months. All measures of an area and month have one value, so no share passes 100 %%.
copy (
    select
        s.submission_id * 10000000 + row_number() over (partition by s.submission_id order by m.measure_no), s.submission_id, 1,
        s.submission_key, s.revision, s.department_code, s.form_code, m.measure_code, null, null, s.area_code, s.period_code,
        s.period_start, s.period_end, 'M', 'calendar', case when m.kind = 'flow' then 'period' else 'stock' end,
        case when s.revision < %(statements)s then 'E' else 'A' end,
        case m.kind
            when 'status' then v.draw %% 2
            else round((1000 + v.draw %% 9000) / 10.0 * (1 + s.revision * 0.001), 1)
        end,
        m.unit_code, 1, null, 'bieu ' || s.form_code || ' ' || s.period_code || '.xlsx', 'Biểu ' || s.form_code,
        'F' || 8 + m.measure_no, m.name_vi, (v.draw / 10.0)::text, m.unit_code, s.period_end, s.submission_id, s.moment,
        case when s.revision < %(statements)s then s.moment + interval '30 days' end
    from bench_submission as s
    join bench_measure as m on m.form_code = s.form_code
    cross join lateral (
        select (hashint8(s.area_no * 7919 + s.month_no * 31)::bigint + 2147483648) %% 100000 as draw
    ) as v
    where s.month_no between %(first)s and %(last)s
) to stdout
