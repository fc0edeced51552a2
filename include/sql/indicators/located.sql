-- one row a value that counts for a series in a geography, with the area that it is counted in
create temporary table located as
select
    p.indicator_code, p.period_code, p.kind, p.role, p.component_no, p.measure_code, p.product, p.unit_key, p.match_rule,
    p.over_time, p.period_start, p.period_end, p.value, p.obs_status, p.is_estimate, p.observation_id,
    g.geography,
    case
        when p.vintage = g.vintage or ia.area_code is null or a.level = 'province' then p.area_code
        else ia.area_code
    end as counted_area,
    i.aggregate_areas = 'refuse' as is_province_only,
    r.series_code
from part as p
join core.indicator as i using (indicator_code)
join core.area as a on a.area_code = p.area_code
cross join core.geography as g
left join core.indicator_item_area as ia
    on ia.item_code = split_part(p.item_code, '|', 1) and ia.vintage = g.vintage
cross join lateral (
    select 'total' as series_code
    where
        i.has_total
        and (
            i.series_rule <> 'sector'
            or exists (
                select 1 from core.indicator_sector as c
                where c.indicator_code = p.indicator_code and c.measure_code = p.product and c.is_in_total
            )
        )
    union all
    select case i.series_rule when 'product' then p.product else p.item_code end
    where
        (i.series_rule = 'product' and p.product is not null)
        or (i.series_rule = 'item' and p.item_code is not null)
    union all
    select c.sector_code
    from core.indicator_sector as c
    where i.series_rule = 'sector' and c.indicator_code = p.indicator_code and c.measure_code = p.product
) as r
-- where areas themselves are counted, only those of the level that reports are units
where p.is_used and (not i.counts_areas or (p.vintage = g.vintage and a.level = g.unit_level))
