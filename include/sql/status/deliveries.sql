-- One row: how many reports of a form a department has delivered, and how many it owes, of those due in the last 400 days.
select
    department_code as department, form_code as form,
    count(*) filter (where state in ('on_time', 'late', 'nil')) as received,
    count(*) filter (where state = 'late') as late, count(*) filter (where state = 'missing') as missing,
    count(*) filter (where state = 'expected') as expected, min(due_on) filter (where state in ('expected', 'missing')) as due
from mart.delivery
where due_at > now() - interval '400 days'
group by department_code, form_code
order by missing desc, department_code, form_code
