-- One row is one of the three reports that a sender owes next, or owes since at most a month before `received_at`.
select
    sender.department_code,
    owed.form_code,
    owed.period_code,
    owed.due_at,
    owed.due_at < now() as is_late
from unnest(%(department_codes)s::text[]) as sender (department_code)
cross join lateral (
    select
        due.form_code,
        due.period_code,
        due.due_at
    from core.delivery_due as due
    where due.department_code = sender.department_code
        and due.due_at > cast(%(received_at)s as timestamptz) - interval '31 days'
        and not exists (
            select from core.delivery_note as note
            where note.department_code = due.department_code
                and note.form_code = due.form_code
                and note.area_code is not distinct from due.area_code
                and note.period_code = due.period_code
                and note.noted_on <= current_date
        )
        and not exists (
            select
            from intake.submission_key as stated
            inner join intake.submission
                on stated.submission_id = submission.submission_id and stated.reading_no = submission.reading_no
            where stated.form_code = due.form_code
                and stated.period_code = due.period_code
                and submission.department_code = due.department_code
                and (due.area_code is null or stated.area_code = due.area_code)
                and submission.verdict in ('accepted', 'accepted_with_warnings')
                and submission.withdrawn_at is null
        )
    order by due.due_at, due.sort_order
    limit 3
) as owed
order by sender.department_code, owed.due_at
