-- One row: the submission that is withdrawn now, with the number of its reading. None when it is not accepted or withdrawn already.
update intake.submission set withdrawn_at = %(moment)s, withdrawn_by = %(by)s, withdrawn_reason = %(reason)s
where submission_id = %(submission_id)s and withdrawn_at is null and state in ('loaded', 'done')
    and verdict in ('accepted', 'accepted_with_warnings')
returning reading_no
