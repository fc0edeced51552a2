-- No rows: what happened in a stage is not held against the submissions.
update intake.submission set
    attempts = case %(stage)s when 'read' then 0 else attempts end,
    load_attempts = case %(stage)s when 'load' then 0 else load_attempts end
where submission_id = any(%(submission_ids)s) and claim_token = %(claim_token)s
