-- No rows: ends the submissions of a batch; one whose feedback could not be written is taken up again.
update intake.submission as s set
    feedback_state = told.feedback_state, state = case told.feedback_state when 'written' then 'done' else s.state end,
    finished_at = case told.feedback_state when 'written' then clock_timestamp() end,
    claim_token = null, claimed_by = null, lease_until = null
from unnest(%(submission_ids)s::bigint[], %(feedback_states)s::text[]) as told (submission_id, feedback_state)
where s.submission_id = told.submission_id and s.claim_token = %(claim_token)s
