-- One row is a report that the sender owes next.
select
    form_code,
    period,
    due_at,
    state
from mart.delivery
where department_code = %(department_code)s
    and state in ('expected', 'missing', 'late')
    and received_at is null
order by due_at
limit 3
