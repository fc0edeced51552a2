-- no rows: says why files still wait
update intake.sighting as known
set waiting = told.waiting
from unnest(%(paths)s::bytea[], %(reasons)s::text[]) as told (path_bytes, waiting)
where
    known.department_code = %(department)s
    and known.path_bytes = told.path_bytes
    and known.waiting is distinct from told.waiting
