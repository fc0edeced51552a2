-- one row: a submission of bytes that were already taken from this department
insert into intake.submission (department_code, file_name, relative_path, sha256, size, received_at, verdict)
values (%(department)s, %(file_name)s, %(relative_path)s, %(sha256)s, %(size)s, clock_timestamp(), 'duplicate')
returning submission_id
