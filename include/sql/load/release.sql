-- No rows: gives back what this worker holds and did not finish. What is done is held by nobody, so only what waits is looked at.
update intake.submission set claim_token = null, claimed_by = null, lease_until = null
where claim_token = %(claim_token)s and state <> 'done'
