-- No rows: one submission as the archive remembers its arrival.
insert into intake.submission (
    submission_id, received_seq, department_code, file_name, relative_path, sha256, size, received_at, verdict
) values (
    %(submission_id)s, %(received_seq)s, %(department)s, %(file_name)s, %(relative_path)s, %(sha256)s, %(size)s,
    %(received_at)s, %(verdict)s
)
