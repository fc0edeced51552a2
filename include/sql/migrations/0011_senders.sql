-- No rows: finds what one sender said in its report on a period without a look at what all the others sent.
create index submission_key_sender on intake.submission_key (form_code, period_code, split_part(submission_key, '|', 2));
