-- No rows: one decision about a report.
insert into core.delivery_note (department_code, form_code, area_code, period_code, kind, reason, document, noted_on)
values (%(department)s, %(form)s, %(area)s, %(period)s, %(kind)s, %(reason)s, %(document)s, %(noted_on)s)
