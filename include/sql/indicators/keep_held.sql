-- leaves out of what is written the indicators and periods that the gate holds back
with kept as (
    update scope as s
    set is_written = false
    from unnest(%(held_indicators)s::text[], %(held_periods)s::text[]) as h (indicator_code, period_code)
    where h.indicator_code = s.indicator_code and h.period_code = s.period_code
    returning s.scope_id, s.indicator_code, s.period_code
),
left_out as (
    delete from standing as s
    using kept as k
    where k.scope_id = s.scope_id
)
delete from result as r
using kept as k
where k.indicator_code = r.indicator_code and k.period_code = r.period_code
