-- One row: a reference period that compute has to be told about: changed since it was last told, or told a while ago and not computed.
-- The while doubles: as long again as the change was old when it was told last.
insert into ops.announcement as known (period_code, changed_at, announced_at)
select period_code, max(changed_at), %(now)s
from core.changed_cell
group by period_code
on conflict (period_code) do update
    set changed_at = excluded.changed_at, announced_at = excluded.announced_at
    where
        excluded.changed_at <> known.changed_at
        or known.announced_at < %(now)s
        - least(%(most)s::interval, greatest(%(least)s::interval, known.announced_at - known.changed_at))
returning period_code
