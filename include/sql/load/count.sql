-- One row: how many observations the change added, changed, removed, kept and put into history only.
select
    count(*) filter (where kind = 'added') as added, count(*) filter (where kind = 'changed') as changed,
    count(*) filter (where kind = 'removed') as removed,
    count(*) filter (where kind in ('kept', 'late_kept') and ordinal is not null) as unchanged,
    count(*) filter (where kind = 'late') as late
from load_change
