-- No rows: the delivery calendar and the reminders that were sent.
create table core.delivery_due (
    obligation_code text not null,
    department_code text not null,
    form_code text not null,
    area_code text,
    period_code text not null,
    period_start date not null,
    period_end date not null,
    period_basis text not null check (period_basis in ('calendar', 'admin_15_14')),
    due_on date not null,
    due_at timestamptz not null,
    sort_order integer not null,
    check (period_start <= period_end),
    unique nulls not distinct (department_code, form_code, area_code, period_code)
);
comment on table core.delivery_due is 'Every report that is owed, from obligations.yaml; replaced whenever the catalogue changes';

create table core.delivery_note (
    department_code text not null,
    form_code text not null,
    area_code text,
    period_code text not null,
    kind text not null check (kind in ('exempt', 'nil')),
    reason text not null,
    document text,
    noted_on date not null,
    unique nulls not distinct (department_code, form_code, area_code, period_code)
);
comment on table core.delivery_note is 'Exempt reports, and reports made otherwise that nothing arose';

create table ops.reminder (
    reminder_id bigint generated always as identity primary key,
    department_code text not null,
    form_code text not null,
    area_code text,
    period_code text not null,
    due_on date not null,
    step text not null,
    step_on date not null,
    message_key text not null,
    planned_on date not null,
    planned_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz,
    unique nulls not distinct (department_code, form_code, area_code, period_code, step)
);
comment on table ops.reminder is
'One row a report and reminder step: the unique key is why no step is sent twice; sent_at is empty until the message is in place';
create index reminder_waiting on ops.reminder (message_key) where sent_at is null;

create index submission_key_period on intake.submission_key (form_code, period_code);

grant select, insert, delete on core.delivery_due, core.delivery_note to xanh_loader;
grant select, insert on ops.reminder to xanh_loader;
grant update (sent_at) on ops.reminder to xanh_loader;
