-- No rows: what has to be remembered between two looks at the flow: announcements, signs of life, alerts.
create table ops.announcement (
    period_code text primary key,
    changed_at timestamptz not null,
    announced_at timestamptz not null
);
comment on table ops.announcement is
'The last time that compute was told about a period, and of which change: the same one is announced again only after a while';

create table ops.pulse (
    name text primary key,
    beat_at timestamptz not null
);
comment on table ops.pulse is 'When something that has to happen again and again happened last: scan, the look through the drop folders';

create table ops.alert (
    alert_id bigint generated always as identity primary key,
    code text not null,
    state text not null check (state in ('warning', 'critical')),
    text text not null,
    opened_at timestamptz not null,
    seen_at timestamptz not null,
    told_at timestamptz,
    closed_at timestamptz
);
comment on table ops.alert is
'What needs a person, from the moment it was first found until it was gone; told_at: when the engineers were last told';
create unique index alert_open on ops.alert (code) where closed_at is null;

grant select, insert, update on ops.announcement, ops.pulse, ops.alert to xanh_loader;
