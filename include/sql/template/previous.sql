-- One row: a current value of a department's form for a period.
select measure_code, item_name, area_code, flow, value, unit_code
from mart.observation
where
    form_code = %(form)s and department_code = %(department)s and period_end = %(period_end)s
    and value is not null and flow in ('period', 'stock', 'ytd')
