-- One row: how often reading and loading of the submission have started without coming to an end, this time included.
update intake.submission set
    attempts = attempts + case %(stage)s when 'read' then 1 else 0 end,
    load_attempts = load_attempts + case %(stage)s when 'load' then 1 else 0 end,
    lease_until = clock_timestamp() + %(lease)s
where submission_id = %(submission_id)s and claim_token = %(claim_token)s
returning attempts, load_attempts
