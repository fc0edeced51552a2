-- one row: a target line of the plan with its newest value
select plan_progress.*
from mart.plan_progress
order by plan_progress.sort_order
