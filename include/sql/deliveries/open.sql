-- One row: a report that is not there at the moment, with the latest step that was sent for it.
select
    d.department_code, d.form_code, d.area_code, d.period as period_code, d.due_on, d.state, d.returned_at,
    array_remove(array_agg(r.step), null) as steps
from mart.delivery_asof(%(moment)s) as d
left join ops.reminder as r
    on r.department_code = d.department_code and r.form_code = d.form_code
    and r.area_code is not distinct from d.area_code and r.period_code = d.period
where d.is_open and d.due_on between %(first)s and %(last)s
group by d.department_code, d.form_code, d.area_code, d.period, d.due_on, d.state, d.returned_at, d.sort_order
order by d.sort_order
