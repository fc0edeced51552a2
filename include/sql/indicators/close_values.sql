-- closes each published value that is outdated
update core.indicator_value as v
set known_to = %(moment)s
from outdated as o
where v.indicator_value_id = o.indicator_value_id
