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
    value numeric,
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

-- A value of this file beside an earlier one of its own series: amounts and stocks, of at most five years.
do $$
begin
    if to_regclass('pg_temp.history_compared') is null then
        create temporary view history_compared as
        select
            stated.ordinal,
            stated.column_key,
            stated.item_key,
            stated.area_key,
            stated.period_code,
            stated.period_end,
            stated.value,
            stated.is_count,
            past.value as past_value,
            past.period_start as past_period_start,
            past.period_end as past_period_end,
            past.status_place,
            past.source_period_end,
            past.received_seq
        from pg_temp.history_stated as stated
        inner join pg_temp.history_past as past
            on stated.measure_code = past.measure_code
            and stated.item_key = past.item_key
            and stated.flow = past.flow
            and stated.frequency = past.frequency
            and (stated.area_key = past.area_key or past.is_registered)
            and stated.period_start > past.period_end
            and past.period_start >= stated.period_start - interval '5 years'
        where stated.flow in ('period', 'stock');
    end if;
end
$$;

delete from history_stated;

delete from history_past
