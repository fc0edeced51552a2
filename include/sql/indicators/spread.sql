-- one row a bundle counted for a series in an area, with the share of it that belongs there
create temporary table spread as
select s.series_id, m.target_no as area_no, l.bundle_id, m.share, m.is_estimate as is_converted
from located as l
join series as s using (scope_id, geography, series_code)
join area_map as m on m.geography = l.geography and m.source_no = l.counted_no
where
    (not l.is_province_only or m.is_province)
    and not exists (
        select 1
        from bundle as b
        join shadow as h
            on
                h.scope_id = b.scope_id
                and h.component_no = b.component_no
                and h.observation_id = b.shaded_id
        where b.bundle_id = l.bundle_id and h.geography = m.geography and h.target_no = m.target_no
    )
