-- one row a value that counts in a period: non-overlapping parts for sums, one value a unit for the rest
create temporary table tile as
with straight as (
    select n.need_id, c.item_code, c.area_no, c.period_start, c.period_end, c.value, c.status_rank, c.observation_id
    from need as n
    join cell as c
        on
            c.source_id = n.source_id
            and c.year = n.year
            and c.period_start >= n.period_start
            and c.period_end <= n.period_end
    where
        n.over_time in ('sum', 'days')
        and c.flow = case n.over_time when 'sum' then 'period' else 'stock' end
        and c.frequency in ('M', 'Q', 'H', 'A')
        and not c.is_tangled
),
tangled as materialized (
    select c.*, coalesce(c.item_code, '') as item_key
    from cell as c
    where c.is_tangled
),
flows as materialized (
    select n.need_id, c.*
    from need as n
    join tangled as c
        on
            c.source_id = n.source_id
            and c.year = n.year
            and c.period_start >= n.period_start
            and c.period_end <= n.period_end
    where
        n.over_time in ('sum', 'days')
        and c.flow = case n.over_time when 'sum' then 'period' else 'stock' end
        and c.frequency in ('M', 'Q', 'H', 'A')
        and not exists (
            select 1
            from tangled as b
            where
                b.source_id = c.source_id
                and b.year = c.year
                and b.item_key = c.item_key
                and b.area_no = c.area_no
                and b.flow = c.flow
                and b.item_code is not distinct from c.item_code
                and b.frequency in ('M', 'Q', 'H', 'A')
                and b.period_start >= n.period_start
                and b.period_end <= n.period_end
                and b.value is not null
                and (b.period_start, b.period_end) <> (c.period_start, c.period_end)
                and (
                    (b.period_start <= c.period_start and b.period_end >= c.period_end)
                    or (c.value is null and b.period_start >= c.period_start and b.period_end <= c.period_end)
                )
        )
),
-- a year-to-date value stands in for the parts that it covers when some of them are missing
to_date as materialized (
    select n.need_id, c.*
    from need as n
    join tangled as c on c.source_id = n.source_id and c.year = n.year and c.period_end <= n.period_end
    join place as a on a.area_no = c.area_no
    where
        n.over_time = 'sum'
        and c.flow = 'ytd'
        and c.value is not null
        and c.period_start = greatest(n.period_start, a.valid_from)
),
covered_days as (
    select t.observation_id, t.need_id, sum(f.period_end - f.period_start + 1) as days
    from to_date as t
    join flows as f
        on f.need_id = t.need_id and f.area_no = t.area_no and f.item_key = t.item_key and f.period_end <= t.period_end
    where f.value is not null
    group by t.observation_id, t.need_id
),
totals as materialized (
    select distinct on (g.need_id, g.item_code, g.area_no) g.*
    from (
        select t.*, t.period_end - t.period_start + 1 - coalesce(d.days, 0) as days_gained
        from to_date as t
        left join covered_days as d using (observation_id, need_id)
    ) as g
    where g.days_gained > 0
    order by g.need_id, g.item_code, g.area_no, g.days_gained desc, g.period_end desc
),
distincts as (
    select distinct on (n.need_id, c.item_code, c.area_no) n.need_id, c.*
    from need as n
    join cell as c on c.source_id = n.source_id and c.year = n.year
    join place as a on a.area_no = c.area_no
    where
        n.over_time = 'distinct'
        and c.flow in ('period', 'ytd')
        and c.period_start = greatest(n.period_start, a.valid_from)
        and c.period_end = least(n.period_end, a.valid_to)
    order by n.need_id, c.item_code, c.area_no, c.value is null, c.flow
),
states as (
    select
        n.need_id,
        n.over_time,
        n.counts_areas,
        c.*,
        max(c.period_end) filter (where c.value is not null) over (partition by n.need_id, c.item_code is null, a.vintage)
            as vintage_last,
        max(c.period_end) filter (where c.value is not null) over (partition by n.need_id, c.item_code is null)
            as overall_last
    from need as n
    join cell as c
        on
            c.source_id = n.source_id
            and c.year = n.year
            and c.period_start >= n.period_start
            and c.period_end <= n.period_end
    join place as a on a.area_no = c.area_no
    where n.over_time in ('last', 'max') and c.flow <> 'ytd'
),
-- areas of two maps overlap: a state over areas is that of the map reported last, unless each map is counted by itself
picked as (
    select distinct on (need_id, item_code, case when item_code is null or counts_areas then area_no end) *
    from states
    where item_code is not null or counts_areas or vintage_last = overall_last or overall_last is null
    order by
        need_id,
        item_code,
        case when item_code is null or counts_areas then area_no end,
        value is null,
        case over_time when 'max' then value end desc,
        period_end desc,
        period_start desc,
        area_no,
        -- of the same days rather what is there at their end than what came together in them
        flow desc
)
select * from straight
union all
select f.need_id, f.item_code, f.area_no, f.period_start, f.period_end, f.value, f.status_rank, f.observation_id
from flows as f
where not exists (
    select 1
    from totals as t
    where
        t.need_id = f.need_id
        and t.item_key = f.item_key
        and t.area_no = f.area_no
        and t.period_end >= f.period_start
)
union all
select need_id, item_code, area_no, period_start, period_end, value, status_rank, observation_id
from totals
union all
select need_id, item_code, area_no, period_start, period_end, value, status_rank, observation_id
from distincts
union all
select need_id, item_code, area_no, period_start, period_end, value, status_rank, observation_id
from picked
union all
select n.need_id, null, a.area_no, greatest(n.period_start, a.valid_from), least(n.period_end, a.valid_to), 1, 1, null
from need as n
join core.geography as g on true
join place as a
    on
        a.vintage = g.vintage
        and a.level = g.unit_level
        and coalesce(a.valid_from, n.period_start) <= n.period_end
        and coalesce(a.valid_to, n.period_end) >= n.period_start
where n.is_areas
