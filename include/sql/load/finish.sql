-- One row: what is written beside the archived file of a submission that is done, or whose feedback failed.
update intake.submission set
    feedback_state = %(feedback_state)s, state = case %(feedback_state)s when 'written' then 'done' else state end,
    finished_at = case %(feedback_state)s when 'written' then clock_timestamp() end,
    claim_token = null, claimed_by = null, lease_until = null
where submission_id = %(submission_id)s and claim_token = %(claim_token)s
returning submission_id
