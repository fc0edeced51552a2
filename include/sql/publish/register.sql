-- one row an indicator's units by state, in its newest period that has a report
select
    r.sort_order, r.indicator_code, r.indicator_name_vi, r.period, r.state, r.state_vi, count(*)::integer as unit_count,
    string_agg(r.unit_name, ', ' order by r.unit_name) as unit_names
from mart.register_status as r
join (
    select distinct on (q.indicator_code) q.indicator_code, q.period
    from mart.register_status as q
    where q.state <> 'not_reported' and q.period_end <= %(plan_end)s
    order by q.indicator_code, q.period_end desc, length(q.period)
) as newest on newest.indicator_code = r.indicator_code and newest.period = r.period
group by r.sort_order, r.indicator_code, r.indicator_name_vi, r.period, r.state, r.state_vi
order by r.sort_order, array_position(array['yes', 'no', 'suspended', 'not_reported'], r.state)
