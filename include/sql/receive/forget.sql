-- no rows: forgets the waiting files of a department that are not there any more
delete from intake.sighting
where
    department_code = %(department)s
    and path_bytes <> all(%(paths)s::bytea[])
