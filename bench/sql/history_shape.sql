-- No rows: makes the tables of this session that say which areas, measures and months a synthetic history has, and the years' parts.
create temporary table bench_month as
select (row_number() over (order by period_start) - 1)::integer as month_no, period_code, period_start, period_end
from core.period
where
    frequency = 'M'
    and period_end <= %(last_day)s::date
    and period_start > %(last_day)s::date - make_interval(months => %(months)s);

-- the measures of one form come first, then those that any form brings to an indicator
create temporary table bench_measure as
select (row_number() over (order by m.form_code = %(first_form)s desc, c.is_used desc, m.sort_order) - 1)::integer as measure_no, m.*
from core.measure as m
cross join lateral (
    select exists (select from core.indicator_component as c where c.source_measure = m.measure_code and c.forms = '') as is_used
) as c
where m.unit_code is not null and m.form_code is not null and m.kind <> 'index'
order by measure_no
limit %(measures)s;

-- a province of more communes than there are: each stands for so many
insert into core.area
select (jsonb_populate_record(a, jsonb_build_object('area_code', a.area_code || '-' || n, 'code', a.code || '-' || n))).*
from core.area as a
cross join generate_series(2, %(copies)s) as n
where a.level = 'commune'
on conflict do nothing;

create temporary table bench_area as
select
    (row_number() over (partition by a.vintage order by a.area_code) - 1)::integer as area_no, a.area_code, a.vintage,
    a.valid_from, a.valid_to, coalesce(d.department_code, 'ubnd/' || a.area_code) as department_code
from core.area as a
left join lateral (
    select min(d.department_code) as department_code from core.department as d where d.area_code = split_part(a.area_code, '-', 1)
) as d on true
where a.level = 'commune';

select core.add_observation_year(years.year)
from (select distinct extract(year from period_start)::integer as year from bench_month) as years
order by years.year;

analyze bench_month, bench_measure, bench_area
