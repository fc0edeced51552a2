-- No rows: gives back what this worker holds and did not finish.
update intake.submission set claim_token = null, claimed_by = null, lease_until = null
where claim_token = %(claim_token)s
