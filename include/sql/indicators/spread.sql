-- one row a value counted for a series, geography and area, with the share of it that belongs there
create temporary table spread as
select l.*, m.target_area, m.share, m.is_estimate as is_converted
from located as l
join area_map as m on m.geography = l.geography and m.source_area = l.counted_area
where
    (not l.is_province_only or m.is_province)
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
