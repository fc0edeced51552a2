-- One row: its revision, the highest where it holds several forms. The verdict of a submission with everything that was read of it.
update intake.submission set
    state = 'loaded', verdict = %(verdict)s, reason = %(reason)s, form_code = %(form_code)s, layout = %(layout)s,
    area_code = %(area_code)s, period_code = %(period_code)s, period_start = %(period_start)s, period_end = %(period_end)s,
    amendment = %(amendment)s, corrects = (
        select c.submission_id from intake.submission as c
        where c.submission_id = %(corrects)s and c.department_code = intake.submission.department_code
            and c.submission_id < intake.submission.submission_id
    ),
    revision = (
        select max(k.revision) from intake.submission_key as k
        where k.submission_id = %(submission_id)s and k.reading_no = %(reading_no)s
    ), supersedes = (
        select max(k.supersedes) from intake.submission_key as k
        where k.submission_id = %(submission_id)s and k.reading_no = %(reading_no)s
    ), observation_count = %(observation_count)s,
    critical_count = %(critical_count)s, warning_count = %(warning_count)s, reading_no = %(reading_no)s,
    catalog_hash = %(catalog_hash)s, suites_hash = %(suites_hash)s, code_version = %(code_version)s,
    loaded_at = coalesce(loaded_at, %(moment)s), feedback_state = 'pending', attempts = 0, load_attempts = 0
where submission_id = %(submission_id)s
returning revision
