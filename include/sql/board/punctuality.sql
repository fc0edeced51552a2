-- one row: a department's deliveries over the last twelve months that were due
select
    delivery.department_code,
    department.name_vi as department_name_vi,
    department.name_en as department_name_en,
    count(*) as due_count,
    count(*) filter (where delivery.state in ('on_time', 'nil')) as on_time_count,
    count(*) filter (where delivery.state = 'late') as late_count,
    count(*) filter (where delivery.state = 'missing') as missing_count,
    max(delivery.received_at) as last_received_at
from mart.delivery
left join mart.department on delivery.department_code = department.code
where
    delivery.due_at between now() - interval '12 months' and now()
    and delivery.state not in ('exempt', 'expected')
    and (%(reach)s::text[] is null or delivery.department_code = any(%(reach)s))
group by delivery.department_code, department.name_vi, department.name_en, department.sort_order
order by missing_count desc, late_count desc, department.sort_order, delivery.department_code
