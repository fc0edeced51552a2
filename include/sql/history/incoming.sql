-- No row: makes the table of this transaction that holds the values of one reading, one row a value.
create temporary table if not exists incoming (
    ordinal integer primary key,
    department_code text not null,
    form_code text not null,
    measure_code text not null,
    item_key text,
    area_code text,
    period_code text not null,
    period_start date not null,
    period_end date not null,
    frequency text not null,
    flow text not null,
    obs_status text not null,
    value numeric not null,
    is_count boolean not null,
    stated_revision numeric not null
) on commit drop
