-- One row: the revision that the submission has of this key, and whether it is the newest statement.
insert into intake.submission_key (
    submission_id, submission_key, reading_no, form_code, area_code, period_code, period_end, semantics, amendment, received_seq, revision,
    supersedes
)
select
    %(submission_id)s, %(submission_key)s, %(reading_no)s, %(form_code)s, %(area_code)s, %(period_code)s, %(period_end)s, %(semantics)s,
    %(amendment)s, %(received_seq)s, coalesce((
        select max(k.revision) from intake.submission_key as k where k.submission_key = %(submission_key)s
    ), 0) + 1, (
        select newest.submission_id
        from (
            select k.submission_id, k.amendment, k.received_seq
            from intake.submission_key as k
            join intake.submission as s on s.submission_id = k.submission_id and s.reading_no = k.reading_no
            where k.submission_key = %(submission_key)s and s.withdrawn_at is null and k.submission_id <> %(submission_id)s
            order by k.amendment desc, k.received_seq desc
            limit 1
        ) as newest
        where (newest.amendment, newest.received_seq) < (%(amendment)s, %(received_seq)s)
    )
on conflict (submission_id, submission_key) do update set
    reading_no = excluded.reading_no, form_code = excluded.form_code, area_code = excluded.area_code, period_code = excluded.period_code,
    period_end = excluded.period_end, semantics = excluded.semantics, amendment = excluded.amendment,
    revision = excluded.revision
returning revision, supersedes
