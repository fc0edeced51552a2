-- One row: the number of the reading that starts now.
update intake.submission set reading_no = reading_no + 1 where submission_id = %(submission_id)s returning reading_no
