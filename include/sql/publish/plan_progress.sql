-- one row a target line of the plan
select p.*
from mart.plan_progress as p
order by p.sort_order
