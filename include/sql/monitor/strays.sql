-- one row: something that was seen in the drop folder beside the departments' folders, by its path's bytes
select distinct path_bytes
from intake.file
where department_code is null and state = 'ignored' and reason = 'no_department'
order by path_bytes
