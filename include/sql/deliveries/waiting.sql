-- One row: a reminder whose message is not in place yet.
select
    r.message_key, r.department_code, r.form_code, r.area_code, r.period_code, r.due_on, r.step, r.step_on, r.planned_on
from ops.reminder as r
where r.sent_at is null
order by r.message_key, r.due_on, r.form_code, r.period_code
