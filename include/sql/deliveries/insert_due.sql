-- No rows: one report that is owed.
insert into core.delivery_due (
    obligation_code, department_code, form_code, area_code, period_code, period_start, period_end, period_basis, due_on,
    due_at, sort_order
)
values (
    %(obligation)s, %(department)s, %(form)s, %(area)s, %(period)s, %(period_start)s, %(period_end)s, %(basis)s, %(due_on)s, %(due_at)s,
    %(sort_order)s
)
