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
    and due_at > cast(%(received_at)s as timestamptz) - interval '31 days'
order by due_at
limit 3
