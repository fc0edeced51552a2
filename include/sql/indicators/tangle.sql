-- one row a measure, area and item reported for days that overlap, or also from the start of the year on: only there is anything to choose
create temporary table tangle as
with spans as materialized (
    select distinct c.period_start, c.period_end from cell as c
),
pairs as materialized (
    select a.period_start, a.period_end, b.period_start as other_start, b.period_end as other_end
    from spans as a
    join spans as b
        on
            b.period_start <= a.period_end
            and b.period_end >= a.period_start
            and (b.period_start, b.period_end) > (a.period_start, a.period_end)
),
-- where all days that anything was reported for lie apart, this is empty
beside as materialized (
    select c.source_id, c.area_no, coalesce(c.item_code, '') as item_key, c.flow, c.period_start, c.period_end
    from (
        select p.period_start, p.period_end from pairs as p
        union
        select p.other_start, p.other_end from pairs as p
    ) as s
    join cell as c using (period_start, period_end)
)
select o.source_id, o.area_no, o.item_key
from (
    select
        b.*,
        b.period_start <= lag(b.period_end) over (
            partition by b.source_id, b.area_no, b.item_key, b.flow order by b.period_start, b.period_end
        ) as is_overlapping
    from beside as b
) as o
where o.is_overlapping
union
select c.source_id, c.area_no, coalesce(c.item_code, '')
from cell as c
where c.flow = 'ytd' and c.value is not null
