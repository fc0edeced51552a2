-- No rows: the tables of this session in which a reading is held against the past; each reading empties them first.
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

-- A value of this file beside an earlier one of its own series: amounts and stocks, of at most five years. In two parts, so that each
-- is joined by all that tells a series: of the same area, and of an item of a register wherever it lay then.
do $$
begin
    if to_regclass('pg_temp.history_compared') is null then
        create temporary view history_compared as
        with pair as (
            select
                stated.*,
                past.value as past_value,
                past.period_code as past_period_code,
                (past.department_code, past.form_code) = (stated.department_code, stated.form_code) as is_same_form,
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
                and stated.area_key = past.area_key
            union all
            select
                stated.*,
                past.value,
                past.period_code,
                (past.department_code, past.form_code) = (stated.department_code, stated.form_code),
                past.period_start,
                past.period_end,
                past.status_place,
                past.source_period_end,
                past.received_seq
            from pg_temp.history_stated as stated
            inner join pg_temp.history_past as past
                on stated.measure_code = past.measure_code
                and stated.item_key = past.item_key
                and stated.flow = past.flow
                and stated.frequency = past.frequency
            where past.is_registered
                and stated.area_key <> past.area_key
        )

        select
            ordinal,
            column_key,
            item_key,
            area_key,
            period_code,
            period_end,
            flow,
            value,
            is_count,
            past_value,
            past_period_code,
            is_same_form,
            past_period_start,
            past_period_end,
            status_place,
            source_period_end,
            received_seq
        from pair
        where flow in ('period', 'stock')
            and period_start > past_period_end
            and past_period_start >= period_start - interval '5 years';
    end if;
    if greatest(pg_relation_size('pg_temp.history_stated'), pg_relation_size('pg_temp.history_past')) > 1000000 then
        truncate pg_temp.history_stated, pg_temp.history_past;
    end if;
end
$$
