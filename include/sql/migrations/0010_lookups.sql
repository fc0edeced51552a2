-- No rows: finds the reports that were returned to their sender, and the values of a period, without a look at all that there are.
create index submission_returned on intake.submission (department_code, form_code, period_code) where verdict = 'rejected';
create index indicator_value_of_period on core.indicator_value (period_code, geography) where known_to is null;
