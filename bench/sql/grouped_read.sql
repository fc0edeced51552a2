-- One row: what one sequential read of the observations comes to, grouped as the indicators group them: by measure, item, area of each map and
-- period of the frequencies that some indicator asks for. Values are added up, months before areas; nothing is chosen, matched, counted or compared.
with recursive up as (
    select a.area_code, a.area_code as target_area from core.area as a
    union all
    select u.area_code, a.parent_code
    from up as u
    join core.area as a on a.area_code = u.target_area
    where a.parent_code is not null
),
area_map as materialized (
    select g.geography, u.area_code, u.target_area, 1::numeric as share
    from core.geography as g
    cross join up as u
    join core.area as t on t.area_code = u.target_area
    where t.vintage = g.vintage or t.level = 'province'
    union all
    select x.geography, x.from_area, u.target_area, sum(x.share)
    from core.crosswalk as x
    join up as u on u.area_code = x.to_area
    join core.area as t on t.area_code = u.target_area
    where t.level <> 'province'
    group by x.geography, x.from_area, u.target_area
),
-- the history is reported by months
periods as materialized (
    select c.source_measure as measure_code, m.period_start, m.period_end, p.period_code
    from (
        select distinct c.source_measure, f.frequency
        from core.indicator_component as c
        join core.indicator_frequency as f using (indicator_code)
    ) as c
    join core.period as p using (frequency)
    join core.period as m on m.frequency = 'M' and m.period_start >= p.period_start and m.period_end <= p.period_end
    where p.period_end <= %(last_day)s::date and p.period_start > %(last_day)s::date - make_interval(months => %(months)s)
)
select count(*), sum(g.total)
from (
    select a.measure_code, a.item, m.geography, m.target_area, a.period_code, sum(a.total * m.share) as total
    from (
        select
            o.measure_code, coalesce(o.item_code, o.item_name) as item, o.area_code, p.period_code, sum(o.value) as total
        from core.observation as o
        join periods as p on p.measure_code = o.measure_code and p.period_start = o.period_start and p.period_end = o.period_end
        where o.known_to is null
        group by o.measure_code, coalesce(o.item_code, o.item_name), o.area_code, p.period_code
    ) as a
    join area_map as m using (area_code)
    group by a.measure_code, a.item, m.geography, m.target_area, a.period_code
) as g
