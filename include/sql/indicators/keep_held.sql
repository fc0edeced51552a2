-- leaves out of what is written the indicators and periods that are held back
with kept as (
    update scope as s
    set is_written = false
    from ops.held_back as h
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
