-- One row: how many submissions of a department ended with a verdict.
select department_code as department, coalesce(verdict, 'in process') as verdict, count(*) as submissions
from intake.submission
group by department_code, verdict
order by department_code, verdict
