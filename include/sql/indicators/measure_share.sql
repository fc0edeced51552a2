-- one row a result of the province: the least share of a product's output in the province that the units counted there make
create temporary table measure_share as
with made as (
    select p.scope_id, p.product as measure_code, sum(p.value) as counted
    from part as p
    where p.role = 'denominator' and p.product is not null and p.is_used and p.value is not null
    group by p.scope_id, p.product
),
asked as (
    select distinct m.measure_code, c.forms, s.period_code, s.period_start, s.period_end
    from made as m
    join scope as s using (scope_id)
    join indicator_component as c using (indicator_code, measure_code)
    where c.role = 'denominator' and c.forms <> ''
),
spans as (
    select measure_code, forms, min(period_start) as first_day, max(period_end) as last_day
    from asked
    group by measure_code, forms
),
-- the province's own months, from whom other forms name
months as materialized (
    select distinct on (s.measure_code, s.forms, o.period_start, coalesce(o.item_code, o.item_name))
        s.measure_code, s.forms, o.period_start, o.period_end, o.value
    from place as a
    cross join spans as s
    cross join lateral (
        select *
        from core.observation as o
        where
            o.measure_code = s.measure_code
            and o.area_code = a.area_code
            and o.period_start between s.first_day and s.last_day
            and o.known_to is null
            and o.flow = 'period'
            and o.frequency = 'M'
            and not o.form_code = any(string_to_array(s.forms, '|'))
    ) as o
    where a.level = 'province'
    order by
        s.measure_code, s.forms, o.period_start, coalesce(o.item_code, o.item_name), o.value is null,
        position(o.obs_status in 'APEM'), o.source_period_end desc, o.received_seq desc, o.observation_id desc
),
whole as (
    select a.measure_code, a.period_code, sum(m.value) as output
    from asked as a
    join months as m using (measure_code, forms)
    where m.period_start >= a.period_start and m.period_end <= a.period_end
    group by a.measure_code, a.period_code, a.period_start, a.period_end
    having
        count(*) = count(m.value)
        and sum(m.period_end - m.period_start + 1) = a.period_end - a.period_start + 1
),
products as (
    select distinct l.scope_id, l.series_code, b.product as measure_code
    from located as l
    join bundle as b using (bundle_id)
    where b.product is not null and b.denominator is not null
),
shares as (
    select p.scope_id, p.series_code, round(min(m.counted / nullif(w.output, 0)), 6) as measure_share
    from products as p
    join scope as s using (scope_id)
    join made as m using (scope_id, measure_code)
    left join whole as w on w.measure_code = p.measure_code and w.period_code = s.period_code
    group by p.scope_id, p.series_code
    having count(*) = count(w.output)
)
select r.result_id, s.measure_share
from shares as s
join series as k using (scope_id, series_code)
join summed as r using (series_id)
join place as a on a.area_no = r.area_no and a.level = 'province'
