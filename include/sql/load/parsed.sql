-- No rows: reading the submissions came to its end.
update intake.submission set state = 'parsed', attempts = 0
where submission_id = any(%(submission_ids)s) and claim_token = %(claim_token)s and state = 'claimed'
