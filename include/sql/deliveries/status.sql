-- One row: a report that is owed, for the table of the command.
select
    d.department_code, coalesce(p.name_vi, d.department_code) as department_name, d.form_code, d.area_code, d.period, d.due_on,
    d.received_at, d.state, d.days_late
from mart.delivery_asof(%(moment)s) as d
left join mart.department as p on p.code = d.department_code
where
    (%(department)s::text is null or d.department_code = %(department)s)
    and (
        (%(period)s::text is not null and d.period = %(period)s)
        or (%(period)s::text is null and d.due_on between %(first)s and %(last)s)
    )
order by d.due_on, d.sort_order
