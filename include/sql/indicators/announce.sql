-- One row: a reference period that compute has to be told about: changed since it was last told, or told long ago and not computed.
insert into ops.announcement as known (period_code, changed_at, announced_at)
select period_code, max(changed_at), %(now)s
from core.changed_cell
group by period_code
on conflict (period_code) do update
    set changed_at = excluded.changed_at, announced_at = excluded.announced_at
    where
        excluded.changed_at <> known.changed_at
        or known.announced_at < %(now)s - %(patience)s::interval
returning period_code
