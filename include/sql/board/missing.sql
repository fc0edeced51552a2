-- one row: a report that is missing, the one that was due last first
select
    delivery.department_code,
    department.name_vi as department_name_vi,
    department.name_en as department_name_en,
    delivery.form_code,
    delivery.area_code,
    area.name_vi as area_name,
    delivery.period,
    delivery.due_at,
    current_date - delivery.due_at::date as days_overdue
from mart.delivery
left join mart.department on delivery.department_code = department.code
left join mart.area on delivery.area_code = area.code
where
    delivery.state = 'missing'
    and (%(reach)s::text[] is null or delivery.department_code = any(%(reach)s))
order by delivery.due_at desc, delivery.department_code, delivery.form_code, delivery.period
limit %(rows)s
