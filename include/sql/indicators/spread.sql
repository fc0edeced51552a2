-- one row a value counted for a series, geography and area, with the share of it that belongs there
create temporary table spread as
with located as materialized (
    select
        p.*,
        g.geography,
        case
            when p.vintage = g.vintage or ia.area_code is null or a.level = 'province' then p.area_code
            else ia.area_code
        end as counted_area,
        i.series_rule,
        i.has_total,
        i.aggregate_areas
    from part as p
    join core.indicator as i using (indicator_code)
    join core.area as a on a.area_code = p.area_code
    cross join core.geography as g
    left join core.indicator_item_area as ia
        on ia.item_code = split_part(p.item_code, '|', 1) and ia.vintage = g.vintage
    -- where areas themselves are counted, only those of the level that reports are units
    where p.is_used and (not i.counts_areas or (p.vintage = g.vintage and a.level = g.unit_level))
),
mapped as (
    select l.*, m.target_area, m.share, m.is_estimate as is_converted
    from located as l
    join area_map as m on m.geography = l.geography and m.source_area = l.counted_area
    join core.area as t on t.area_code = m.target_area
    where
        (l.aggregate_areas <> 'refuse' or t.level = 'province')
        and not exists (
            select 1
            from shadow as h
            where
                h.indicator_code = l.indicator_code
                and h.period_code = l.period_code
                and h.component_no = l.component_no
                and h.observation_id = l.observation_id
                and h.geography = m.geography
                and h.target_area = m.target_area
        )
)
select s.*, 'total' as series_code
from mapped as s
where
    s.has_total
    and (
        s.series_rule <> 'sector'
        or exists (
            select 1 from core.indicator_sector as c
            where c.indicator_code = s.indicator_code and c.measure_code = s.product and c.is_in_total
        )
    )
union all
select s.*, case s.series_rule when 'product' then s.product when 'item' then s.item_code else c.sector_code end
from mapped as s
left join core.indicator_sector as c on c.indicator_code = s.indicator_code and c.measure_code = s.product
where
    (s.series_rule = 'product' and s.product is not null)
    or (s.series_rule = 'item' and s.item_code is not null)
    or (s.series_rule = 'sector' and c.sector_code is not null)
