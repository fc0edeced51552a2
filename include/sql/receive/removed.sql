-- no rows: the originals are out of the departments' folders
update intake.file
set removed_at = clock_timestamp()
where file_id = any(%(file_ids)s::bigint[])
