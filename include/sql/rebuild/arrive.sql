-- No rows: submissions whose bytes an earlier one still had when everything was emptied; it is withdrawn by now, as it was then.
update intake.submission set verdict = null where submission_id = any(%(submission_ids)s) and state = 'received'
