-- No rows: reading came to its end.
update intake.submission set state = 'parsed', attempts = 0
where submission_id = %(submission_id)s and claim_token = %(claim_token)s and state = 'claimed'
