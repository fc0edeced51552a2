-- one row: a department that has sent something
select
    department.code,
    department.name_vi,
    department.name_en
from mart.department
where
    (%(reach)s::text[] is null or department.code = any(%(reach)s))
    and exists (select 1 from mart.submission where submission.department_code = department.code)
order by department.sort_order, department.code
