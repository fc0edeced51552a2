-- One row: a key that the submission has or had.
select submission_key from intake.submission_key where submission_id = %(submission_id)s
