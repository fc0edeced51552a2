-- one row: the reports that one department owes for one form and period, by state, newest periods first
with shown as (
    select distinct on (delivery.period) delivery.period, delivery.due_at
    from mart.delivery
    where delivery.due_at <= now() + interval '45 days'
    order by delivery.period, delivery.due_at desc
),

newest as (
    select
        shown.period,
        row_number() over (order by shown.due_at desc, shown.period desc) as place
    from shown
)

select
    delivery.department_code,
    department.name_vi as department_name_vi,
    department.name_en as department_name_en,
    department.sort_order,
    delivery.form_code,
    delivery.period,
    newest.place,
    delivery.state,
    count(*) as report_count,
    max(delivery.due_at) as due_at,
    max(delivery.received_at) as received_at
from mart.delivery
inner join newest on delivery.period = newest.period
left join mart.department on delivery.department_code = department.code
where
    newest.place <= %(periods)s
    and (%(reach)s::text[] is null or delivery.department_code = any(%(reach)s))
group by
    delivery.department_code,
    department.name_vi,
    department.name_en,
    department.sort_order,
    delivery.form_code,
    delivery.period,
    newest.place,
    delivery.state
order by department.sort_order, delivery.department_code, delivery.form_code, newest.place desc, delivery.state
