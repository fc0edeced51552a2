-- No rows: one reading of a submission with the versions of everything that decided it.
insert into intake.reading (
    submission_id, reading_no, read_at, verdict, reason, form_code, layout, revision, catalog_hash, suites_hash, code_version
)
select
    %(submission_id)s, %(reading_no)s, %(moment)s, %(verdict)s, %(reading_reason)s, %(form_code)s, %(layout)s, s.revision,
    %(catalog_hash)s, %(suites_hash)s, %(code_version)s
from intake.submission as s
where s.submission_id = %(submission_id)s
