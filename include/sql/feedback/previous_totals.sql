-- One row is a measure and the sum of what the sender reported for the period before.
select
    measure_code,
    unit_code,
    flow,
    sum(value) as value
from mart.observation
where department_code = %(department_code)s
    and form_code = any(%(forms)s)
    and period = %(period_code)s
    and (cast(%(area_code)s as text) is null or area_code = %(area_code)s)
    and flow in ('period', 'stock')
group by measure_code, unit_code, flow
