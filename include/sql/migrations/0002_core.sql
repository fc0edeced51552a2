-- One revision: the code lists, the observations with their full history, and what compute has still to look at.

create table core.area (
    area_code text primary key,
    vintage text not null,
    code text not null,
    level text not null,
    unit_type text not null,
    is_urban boolean,
    parent_code text,
    name_vi text not null,
    name_en text not null,
    short_name text not null,
    is_disputed boolean not null,
    valid_from date,
    valid_to date,
    sort_order integer not null,
    unique (vintage, code)
);
comment on table core.area is 'Administrative units; codes are re-used between vintages, so the key is vintage:code';

create table core.area_successor (
    area_code text not null references core.area,
    successor_code text not null,
    primary key (area_code, successor_code)
);

create table core.unit (
    unit_code text primary key,
    name_en text not null,
    symbol text not null,
    dimension text not null,
    kind text,
    to_base numeric not null,
    factor_version text,
    sort_order integer not null
);

create table core.measure (
    measure_code text primary key,
    name_vi text not null,
    name_en text not null,
    unit_family text not null,
    unit_code text,
    kind text not null check (kind in ('flow', 'stock', 'status', 'index')),
    grain text not null,
    frequency text not null,
    reporter text not null,
    form_code text,
    note text,
    sort_order integer not null
);

create table core.register (
    register text primary key,
    name_vi text not null,
    name_en text not null,
    is_open boolean not null,
    sort_order integer not null
);

create table core.item (
    item_code text primary key,
    register text not null,
    name_vi text not null,
    name_en text not null,
    kind text,
    tax_code text,
    measure_code text,
    vsic2018 text,
    vsic2025 text,
    capacity_mw numeric,
    valid_from date,
    valid_to date,
    sort_order integer not null
);

create table core.item_area (
    item_code text not null references core.item,
    area_code text not null,
    primary key (item_code, area_code)
);

create table core.department (
    department_code text primary key,
    name_vi text not null,
    name_en text not null,
    area_code text,
    group_code text,
    valid_from date,
    valid_to date,
    sort_order integer not null
);

create table core.department_name (
    department_code text not null references core.department,
    name_vi text not null,
    name_en text not null,
    valid_from date,
    valid_to date,
    unique nulls not distinct (department_code, valid_from)
);

create table core.form (
    form_code text primary key,
    name_vi text not null,
    name_en text not null,
    frequency text not null,
    semantics text not null,
    sort_order integer not null
);

create table core.industry (
    industry_id integer primary key,
    plan_sector text not null,
    vsic2018 text,
    name_2018 text,
    name_en text,
    vsic2025 text,
    name_2025 text,
    relation text
);

create table core.period (
    period_code text primary key,
    frequency text not null check (frequency in ('M', 'Q', 'H', 'N', 'A')),
    period_start date not null,
    period_end date not null,
    name_vi text not null,
    name_en text not null,
    sort_order integer not null unique,
    check (period_start < period_end)
);
comment on table core.period is 'Calendar periods: month, quarter, half year, first nine months, year';

insert into core.period (period_code, frequency, period_start, period_end, name_vi, name_en, sort_order)
select
    code, frequency, start, (start + months - interval '1 day')::date, name_vi, name_en,
    row_number() over (order by start, (start + months))
from (
    select
        to_char(day, 'YYYY-MM') as code, 'M' as frequency, day::date as start, interval '1 month' as months,
        'Tháng ' || to_char(day, 'FMMM') || '/' || to_char(day, 'YYYY') as name_vi, to_char(day, 'FMMonth YYYY') as name_en
    from generate_series(timestamp '1990-01-01', timestamp '2050-12-01', interval '1 month') as day
    union all
    select
        to_char(day, 'YYYY-"Q"Q'), 'Q', day::date, interval '3 months',
        'Quý ' || (array['I', 'II', 'III', 'IV'])[extract(quarter from day)::int] || '/' || to_char(day, 'YYYY'),
        to_char(day, '"Q"Q YYYY')
    from generate_series(timestamp '1990-01-01', timestamp '2050-10-01', interval '3 months') as day
    union all
    select
        to_char(day, 'YYYY') || '-H' || half, 'H', day::date, interval '6 months',
        case half when 1 then '6 tháng đầu năm ' else '6 tháng cuối năm ' end || to_char(day, 'YYYY'),
        case half when 1 then 'First' else 'Second' end || ' half of ' || to_char(day, 'YYYY')
    from generate_series(timestamp '1990-01-01', timestamp '2050-07-01', interval '6 months') as day,
        lateral (select case extract(month from day) when 1 then 1 else 2 end as half) as halves
    union all
    select
        to_char(day, 'YYYY') || '-9M', 'N', day::date, interval '9 months',
        '9 tháng đầu năm ' || to_char(day, 'YYYY'), 'First nine months of ' || to_char(day, 'YYYY')
    from generate_series(timestamp '1990-01-01', timestamp '2050-01-01', interval '1 year') as day
    union all
    select to_char(day, 'YYYY'), 'A', day::date, interval '1 year', 'Năm ' || to_char(day, 'YYYY'), to_char(day, 'YYYY')
    from generate_series(timestamp '1990-01-01', timestamp '2050-01-01', interval '1 year') as day
) as periods;

-- Identity: submission_id * 10,000,000 + a running number of the submission, so that a rebuild gives the same keys.
-- Nothing else refers to it by foreign key: the table can be partitioned by period_start without touching another one.
create table core.observation (
    observation_id bigint primary key,
    submission_id bigint not null references intake.submission,
    reading_no integer not null check (reading_no > 0),
    submission_key text not null,
    revision integer not null check (revision > 0),
    department_code text not null,
    form_code text not null,
    measure_code text not null references core.measure,
    item_code text,
    item_name text,
    area_code text references core.area,
    period_code text not null,
    period_start date not null,
    period_end date not null,
    frequency text not null check (frequency in ('M', 'Q', 'H', 'N', 'A')),
    period_basis text not null check (period_basis in ('calendar', 'admin_15_14')),
    flow text not null check (flow in ('period', 'ytd', 'stock', 'plan')),
    obs_status text not null check (obs_status in ('A', 'E', 'P', 'M')),
    value numeric,
    unit_code text not null,
    factor numeric not null check (factor > 0),
    factor_version text,
    source_file text not null,
    source_sheet text not null,
    source_cell text not null,
    source_label text not null,
    source_value text,
    source_unit text,
    source_period_end date not null,
    received_seq bigint not null,
    known_from timestamptz not null,
    known_to timestamptz,
    check (known_to >= known_from),
    check (period_start <= period_end),
    check ((value is null) = (obs_status = 'M')),
    check (value <> 'NaN' and value < 'Infinity' and value > '-Infinity')
);
create unique index observation_current on core.observation (
    submission_key, measure_code, item_code, item_name, area_code, period_start, period_end, flow
) nulls not distinct where known_to is null;
create index observation_cell on core.observation (measure_code, area_code, period_start, period_end) include (known_to);
create index observation_submission on core.observation (submission_id, reading_no);
create index observation_known on core.observation (known_from);
comment on table core.observation is
'Every value as it was known in [known_from, known_to). Only known_to is ever set; an empty interval was never the current value';

create function core.guard_observation() returns trigger
language plpgsql
as $$
declare frozen core.observation := new;
begin
    frozen.known_to := old.known_to;
    if tg_op = 'DELETE' or old.known_to is not null or new.known_to is null or frozen is distinct from old then
        raise exception 'observation % may only be closed, once', old.observation_id using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;
create trigger guard_observation before update or delete on core.observation
for each row execute function core.guard_observation();

-- What makes two observations of one submission key values of the same cell.
create function core.cell_key(
    measure_code text, item_code text, item_name text, area_code text, period_start date, period_end date, flow text
) returns text
language sql stable
return measure_code || '|' || coalesce(item_code, item_name, '') || '|' || coalesce(area_code, '') || '|'
    || (period_start - date '1900-01-01') || '|' || (period_end - date '1900-01-01') || '|' || flow;

-- A later submission that said the same: unchanged values make no new observation, only this edge.
create table core.restated (
    submission_id bigint not null references intake.submission,
    reading_no integer not null,
    observation_id bigint not null,
    factor numeric not null,
    factor_version text,
    source_sheet text not null,
    source_cell text not null,
    source_label text not null,
    source_value text,
    source_unit text,
    primary key (submission_id, reading_no, observation_id)
);
create index restated_observation on core.restated (observation_id);

create table core.changed_cell (
    changed_cell_id bigint generated always as identity primary key,
    measure_code text not null,
    area_code text,
    period_code text not null,
    changed_at timestamptz not null
);
comment on table core.changed_cell is 'What the loads have touched and compute has still to look at';

grant select, insert, update on
    core.area, core.unit, core.measure, core.register, core.item, core.department, core.form, core.industry to xanh_loader;
grant select, insert, update, delete on core.area_successor, core.item_area, core.department_name to xanh_loader;
grant select, insert on core.observation, core.restated to xanh_loader;
grant update (known_to) on core.observation to xanh_loader;
grant select, insert, delete on core.changed_cell to xanh_loader;
grant select on core.period to xanh_loader;
