-- one row: a reference period whose observations changed since indicators were last computed
select distinct changed_cell.period_code
from core.changed_cell
order by changed_cell.period_code
