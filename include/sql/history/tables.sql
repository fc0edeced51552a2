-- No rows: the tables of this session in which a reading is held against the past, emptied for the next one.
-- They keep their rows over a commit: to empty them there costs several milliseconds a table.
create temporary table if not exists history_stated (
    ordinal integer not null,
    department_code text not null,
    form_code text not null,
    measure_code text not null,
    item_key text not null,
    area_key text not null,
    period_code text not null,
    period_start date not null,
    period_end date not null,
    frequency text not null,
    flow text not null,
    value numeric not null,
    is_count boolean not null,
    stated_revision numeric not null,
    column_key text not null,
    opening numeric
) on commit preserve rows;

create temporary table if not exists history_past (
    department_code text not null,
    form_code text not null,
    measure_code text not null,
    item_key text not null,
    is_registered boolean not null,
    area_key text not null,
    period_code text not null,
    period_start date not null,
    period_end date not null,
    frequency text not null,
    flow text not null,
    value numeric not null,
    source_period_end date not null,
    status_place integer not null,
    received_seq bigint not null
) on commit preserve rows;

delete from history_stated;

delete from history_past
