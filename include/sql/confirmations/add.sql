-- No row: keeps one confirmation, once.
insert into intake.confirmation (
    submission_id, corrects, department_code, form_code, period_code, rule, sheet, cell, value, reason_code, words, who, confirmed_at
)
values (
    %(submission_id)s, %(corrects)s, %(department_code)s, %(form_code)s, %(period_code)s, %(rule)s, %(sheet)s, %(cell)s,
    %(value)s, %(reason_code)s, %(words)s, %(who)s, %(confirmed_at)s
)
on conflict (submission_id, rule, sheet, cell) do nothing
