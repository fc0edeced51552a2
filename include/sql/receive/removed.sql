-- no rows: the original is out of the department's folder
update intake.file
set removed_at = clock_timestamp()
where file_id = %(file_id)s
