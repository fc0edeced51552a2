-- No rows: finds the reports that were returned to their sender without a look at all that it ever sent.
create index submission_returned on intake.submission (department_code, form_code, period_code) where verdict = 'rejected';
