-- No rows: observations in one part a year of their period. Everything that stands in mart is taken away: migrate puts it back.

do $$
declare found text;
begin
    for found in select oid::regprocedure::text from pg_proc where pronamespace = 'mart'::regnamespace loop
        execute format('drop function if exists %s cascade', found);
    end loop;
    for found in select relname from pg_class where relnamespace = 'mart'::regnamespace and relkind = 'v' loop
        execute format('drop view if exists mart.%I cascade', found);
    end loop;
end
$$;
delete from ops.applied where name = 'mart';

alter table core.observation rename to observation_whole;
alter index core.observation_pkey rename to observation_whole_pkey;
drop index core.observation_current, core.observation_cell, core.observation_submission, core.observation_known;

create table core.observation (
    like core.observation_whole including defaults including constraints,
    primary key (observation_id, period_start),
    foreign key (submission_id) references intake.submission,
    foreign key (measure_code) references core.measure,
    foreign key (area_code) references core.area
) partition by range (period_start);
create table core.observation_other partition of core.observation default;
comment on table core.observation is
'Every value as it was known in [known_from, known_to). Only known_to is ever set; an empty interval was never the current value. One part a year of the period: core.add_observation_year';
comment on table core.observation_other is 'Observations of years without a part of their own';

-- The part of a year, with the rows of that year that lie among the others; false where it is there already.
create function core.add_observation_year(year integer) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    part text := format('observation_%s', year);
    first_day date := make_date(year, 1, 1);
    end_day date := make_date(year + 1, 1, 1);
    has_rows boolean;
begin
    if to_regclass('core.' || part) is not null then
        return false;
    end if;
    lock table core.observation in access exclusive mode;
    select exists (
        select from core.observation_other as o where o.period_start >= first_day and o.period_start < end_day
    ) into has_rows;
    if has_rows then
        create temporary table moved on commit drop as
        select * from core.observation_other as o where o.period_start >= first_day and o.period_start < end_day;
        alter table core.observation_other disable trigger guard_observation;
        delete from core.observation_other as o where o.period_start >= first_day and o.period_start < end_day;
        alter table core.observation_other enable trigger guard_observation;
    end if;
    execute format('create table core.%I partition of core.observation for values from (%L) to (%L)', part, first_day, end_day);
    if has_rows then
        insert into core.observation select * from pg_temp.moved;
        drop table pg_temp.moved;
    end if;
    return true;
end
$$;
revoke all on function core.add_observation_year(integer) from public;

-- The parts of this year and the next one, and of each year that has become large among the others; returns the years.
create function core.add_observation_years(large bigint default 50000) returns setof integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    wanted integer;
    this_year integer := extract(year from current_date);
    years integer[] := array[this_year, this_year + 1] || array(
        select extract(year from o.period_start)::integer from core.observation_other as o group by 1 having count(*) >= large
    );
begin
    foreach wanted in array years loop
        if core.add_observation_year(wanted) then
            return next wanted;
        end if;
    end loop;
end
$$;
revoke all on function core.add_observation_years(bigint) from public;

-- the years of the plan and of its baseline, and each year that is large already
select core.add_observation_year(years.year)
from (
    select n as year from generate_series(2020, extract(year from current_date)::integer + 1) as n
    union
    select extract(year from w.period_start)::integer from core.observation_whole as w group by 1 having count(*) >= 50000
) as years
order by years.year;

insert into core.observation select * from core.observation_whole;
drop table core.observation_whole;

create unique index observation_current on core.observation (
    submission_key, measure_code, item_code, item_name, area_code, period_start, period_end, flow
) nulls not distinct where known_to is null;
create index observation_cell on core.observation (measure_code, area_code, period_start, period_end) include (known_to);
create index observation_item on core.observation (measure_code, item_code, period_start)
where item_code is not null and known_to is null;
create index observation_submission on core.observation (submission_id, reading_no);
create trigger guard_observation before update or delete on core.observation
for each row execute function core.guard_observation();
grant select, insert on core.observation to xanh_loader;
grant update (known_to) on core.observation to xanh_loader;

-- Where an observation is meant, the first day of its period goes with its number: it says in which part it lies.
alter table core.restated add column period_start date;
update core.restated as r set period_start = o.period_start from core.observation as o where o.observation_id = r.observation_id;
alter table core.restated alter column period_start set not null;

alter table core.lineage rename to lineage_before;
create table core.lineage (
    indicator_value_id bigint not null references core.indicator_value on delete cascade,
    observation_id bigint not null,
    period_start date not null,
    role text not null check (role in ('numerator', 'denominator', 'baseline'))
);
insert into core.lineage (indicator_value_id, observation_id, period_start, role)
select l.indicator_value_id, l.observation_id, o.period_start, l.role
from core.lineage_before as l
join core.observation as o on o.observation_id = l.observation_id;
drop table core.lineage_before;
alter table core.lineage add primary key (indicator_value_id, observation_id, role);
create index lineage_observation on core.lineage (observation_id);
comment on column core.lineage.period_start is 'First day of the period of the observation';
grant select, insert on core.lineage to xanh_loader;
