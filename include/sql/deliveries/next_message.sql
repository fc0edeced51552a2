-- One row: how many messages a department has of one day.
select count(distinct message_key)::integer from ops.reminder
where department_code = %(department)s and planned_on = %(planned_on)s
