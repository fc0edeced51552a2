-- One row when the step was not planned before: its key.
insert into ops.reminder (
    department_code, form_code, area_code, period_code, due_on, step, step_on, message_key, planned_on
)
values (
    %(department)s, %(form)s, %(area)s, %(period)s, %(due_on)s, %(step)s, %(step_on)s, %(message_key)s, %(planned_on)s
)
on conflict do nothing
returning reminder_id
