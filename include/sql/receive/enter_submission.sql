-- one row when the bytes are new from this department, none when they were already taken
insert into intake.submission (department_code, file_name, relative_path, sha256, size, received_at)
values (%(department)s, %(file_name)s, %(relative_path)s, %(sha256)s, %(size)s, clock_timestamp())
on conflict do nothing
returning submission_id
