-- one row a value that counts in a period: non-overlapping parts for sums, one value a unit for the rest
create temporary table tile as
with flows as (
    select n.over_time, n.counts_areas, n.period_code, c.*
    from need as n
    join cell as c
        on c.source_id = n.source_id and c.period_start >= n.period_start and c.period_end <= n.period_end
    where
        n.over_time in ('sum', 'days')
        and c.flow = case n.over_time when 'sum' then 'period' else 'stock' end
        and c.frequency in ('M', 'Q', 'H', 'A')
        and not exists (
            select 1
            from cell as b
            where
                b.source_id = c.source_id
                and b.item_code is not distinct from c.item_code
                and b.area_code = c.area_code
                and b.flow = c.flow
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
to_date as (
    select n.over_time, n.counts_areas, n.period_code, c.*
    from need as n
    join cell as c
        on
            c.source_id = n.source_id
            and c.flow = 'ytd'
            and c.value is not null
            and c.period_start = greatest(n.period_start, c.area_from)
            and c.period_end <= n.period_end
    where n.over_time = 'sum'
),
covered_days as (
    select t.observation_id, t.over_time, t.counts_areas, t.period_code, sum(f.period_end - f.period_start + 1) as days
    from to_date as t
    join flows as f
        on
            f.source_id = t.source_id
            and f.over_time = t.over_time
            and f.counts_areas = t.counts_areas
            and f.period_code = t.period_code
            and f.area_code = t.area_code
            and coalesce(f.item_code, '') = coalesce(t.item_code, '')
            and f.period_end <= t.period_end
    where f.value is not null
    group by t.observation_id, t.over_time, t.counts_areas, t.period_code
),
totals as (
    select distinct on (g.source_id, g.over_time, g.counts_areas, g.period_code, g.item_code, g.area_code) g.*
    from (
        select t.*, t.period_end - t.period_start + 1 - coalesce(d.days, 0) as days_gained
        from to_date as t
        left join covered_days as d using (observation_id, over_time, counts_areas, period_code)
    ) as g
    where g.days_gained > 0
    order by
        g.source_id, g.over_time, g.counts_areas, g.period_code, g.item_code, g.area_code,
        g.days_gained desc, g.period_end desc
),
distincts as (
    select distinct on (n.source_id, n.counts_areas, n.period_code, c.item_code, c.area_code)
        n.over_time, n.counts_areas, n.period_code, c.*
    from need as n
    join cell as c
        on
            c.source_id = n.source_id
            and c.flow in ('period', 'ytd')
            and c.period_start = greatest(n.period_start, c.area_from)
            and c.period_end = least(n.period_end, c.area_to)
    where n.over_time = 'distinct'
    order by n.source_id, n.counts_areas, n.period_code, c.item_code, c.area_code, c.value is null, c.flow
),
states as (
    select
        n.over_time,
        n.counts_areas,
        n.period_code,
        c.*,
        max(c.period_end) filter (where c.value is not null)
            over (partition by n.source_id, n.over_time, n.counts_areas, n.period_code, c.item_code is null, c.vintage)
            as vintage_last,
        max(c.period_end) filter (where c.value is not null)
            over (partition by n.source_id, n.over_time, n.counts_areas, n.period_code, c.item_code is null)
            as overall_last
    from need as n
    join cell as c
        on c.source_id = n.source_id and c.period_start >= n.period_start and c.period_end <= n.period_end
    where n.over_time in ('last', 'max') and c.flow <> 'ytd'
),
-- areas of two maps overlap: a state over areas is that of the map reported last, unless each map is counted by itself
picked as (
    select distinct on (
        source_id, over_time, counts_areas, period_code, item_code,
        case when item_code is null or counts_areas then area_code end
    )
        *
    from states
    where item_code is not null or counts_areas or vintage_last = overall_last or overall_last is null
    order by
        source_id, over_time, counts_areas, period_code, item_code,
        case when item_code is null or counts_areas then area_code end,
        value is null,
        case over_time when 'max' then value end desc,
        period_end desc,
        period_start desc,
        area_code
),
every_tile as (
    select
        f.source_id, f.over_time, f.counts_areas, f.period_code, f.item_code, f.area_code, f.vintage,
        f.period_start, f.period_end, f.value, f.obs_status, f.observation_id
    from flows as f
    where not exists (
        select 1
        from totals as t
        where
            t.source_id = f.source_id
            and t.over_time = f.over_time
            and t.counts_areas = f.counts_areas
            and t.period_code = f.period_code
            and coalesce(t.item_code, '') = coalesce(f.item_code, '')
            and t.area_code = f.area_code
            and t.period_end >= f.period_start
    )
    union all
    select
        source_id, over_time, counts_areas, period_code, item_code, area_code, vintage,
        period_start, period_end, value, obs_status, observation_id
    from totals
    union all
    select
        source_id, over_time, counts_areas, period_code, item_code, area_code, vintage,
        period_start, period_end, value, obs_status, observation_id
    from distincts
    union all
    select
        source_id, over_time, counts_areas, period_code, item_code, area_code, vintage,
        period_start, period_end, value, obs_status, observation_id
    from picked
    union all
    select
        n.source_id, n.over_time, n.counts_areas, n.period_code, null, a.area_code, a.vintage,
        greatest(n.period_start, a.valid_from), least(n.period_end, a.valid_to), 1, 'A', null
    from need as n
    join core.geography as g on true
    join core.area as a
        on
            a.vintage = g.vintage
            and a.level = g.unit_level
            and coalesce(a.valid_from, n.period_start) <= n.period_end
            and coalesce(a.valid_to, n.period_end) >= n.period_start
    where n.is_areas
)
select * from every_tile
