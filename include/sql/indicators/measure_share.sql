-- one row a result of the province: the least share of a product's output in the province that the units counted there make
create temporary table measure_share as
with made as (
    select p.indicator_code, p.period_code, p.measure_code, sum(p.value) as counted
    from part as p
    where p.role = 'denominator' and p.kind in ('intensity', 'reduction') and p.is_used and p.value is not null
    group by p.indicator_code, p.period_code, p.measure_code
),
asked as (
    select distinct m.measure_code, c.forms, s.period_code, s.period_start, s.period_end
    from made as m
    join core.indicator_component as c using (indicator_code, measure_code)
    join scope as s using (indicator_code, period_code)
    where c.role = 'denominator' and c.forms <> ''
),
-- the province's own months, from whom other forms name
monthly as (
    select distinct on (a.measure_code, a.period_code, o.period_start, coalesce(o.item_code, o.item_name))
        a.measure_code, a.period_code, a.period_start, a.period_end, o.value, o.period_end - o.period_start + 1 as days
    from asked as a
    join core.observation as o
        on
            o.measure_code = a.measure_code
            and o.known_to is null
            and o.flow = 'period'
            and o.frequency = 'M'
            and o.period_start >= a.period_start
            and o.period_start <= a.period_end
            and o.period_end <= a.period_end
            and not o.form_code = any(string_to_array(a.forms, '|'))
    join core.area as area on area.area_code = o.area_code and area.level = 'province'
    order by
        a.measure_code, a.period_code, o.period_start, coalesce(o.item_code, o.item_name), o.value is null,
        position(o.obs_status in 'APEM'), o.source_period_end desc, o.received_seq desc, o.observation_id desc
),
whole as (
    select m.measure_code, m.period_code, sum(m.value) as output
    from monthly as m
    group by m.measure_code, m.period_code
    having count(*) = count(m.value) and sum(m.days) = max(m.period_end) - max(m.period_start) + 1
),
products as (
    select distinct k.result_id, k.indicator_code, k.period_code, s.measure_code
    from result_key as k
    join core.area as a on a.area_code = k.area_code and a.level = 'province'
    join spread as s
        on
            s.indicator_code = k.indicator_code
            and s.period_code = k.period_code
            and s.series_code = k.series_code
            and s.geography = k.geography
            and s.target_area = k.area_code
    where s.role = 'denominator' and s.kind in ('intensity', 'reduction') and s.value is not null
)
select p.result_id, round(min(m.counted / nullif(w.output, 0)), 6) as measure_share
from products as p
join made as m using (indicator_code, period_code, measure_code)
left join whole as w using (measure_code, period_code)
group by p.result_id
having count(*) = count(w.output)
