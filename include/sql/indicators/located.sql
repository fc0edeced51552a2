-- one row a bundle that counts for a series on a map, with the area that it is counted in
create temporary table located as
select
    b.bundle_id,
    b.scope_id,
    g.geography,
    r.series_code,
    case
        when a.vintage = g.vintage or o.area_no is null or a.level = 'province' then b.area_no
        else o.area_no
    end as counted_no,
    i.aggregate_areas = 'refuse' as is_province_only
from bundle as b
join scope as s using (scope_id)
join indicator as i using (indicator_code)
join place as a on a.area_no = b.area_no
cross join geography as g
left join indicator_item_area as ia
    on ia.item_code = split_part(b.item_code, '|', 1) and ia.vintage = g.vintage
left join place as o on o.area_code = ia.area_code
cross join lateral (
    select 'total' as series_code
    where
        i.has_total
        and (
            i.series_rule <> 'sector'
            or exists (
                select 1 from indicator_sector as c
                where c.indicator_code = i.indicator_code and c.measure_code = b.product and c.is_in_total
            )
        )
    union all
    select case i.series_rule when 'product' then b.product else b.item_code end
    where
        (i.series_rule = 'product' and b.product is not null)
        or (i.series_rule = 'item' and b.item_code is not null)
    union all
    select c.sector_code
    from indicator_sector as c
    where i.series_rule = 'sector' and c.indicator_code = i.indicator_code and c.measure_code = b.product
) as r
-- where areas themselves are counted, only those of the level that reports are units
where not i.counts_areas or (a.vintage = g.vintage and a.level = g.unit_level)
