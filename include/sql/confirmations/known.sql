-- One row is a rule, cell and value that the sender has confirmed for this report.
select distinct on (rule, sheet, cell, value)
    rule,
    sheet,
    cell,
    value,
    words,
    who
from intake.confirmation
where department_code = %(department_code)s
    and form_code = %(form_code)s
    and period_code = %(period_code)s
order by rule, sheet, cell, value, confirmed_at desc
