-- one row a value that counts in a period, converted: non-overlapping parts for sums, one value a unit for the rest
create temporary table tile as
with straight as (
    select f.need_id, c.item_code, c.area_no, c.period_start, c.period_end, c.value, c.status_rank, c.observation_id
    from fit as f
    join cell as c using (slot)
    where
        f.over_time in ('sum', 'days')
        and c.flow = case f.over_time when 'sum' then 'period' else 'stock' end
        and c.frequency in ('M', 'Q', 'H', 'A')
        and not exists (
            select 1 from tangle as t
            where t.source_id = c.source_id and t.area_no = c.area_no and t.item_key = coalesce(c.item_code, '')
        )
),
tangled as materialized (
    select c.*, t.item_key
    from tangle as t
    join cell as c on c.source_id = t.source_id and c.area_no = t.area_no and coalesce(c.item_code, '') = t.item_key
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
    select distinct on (f.need_id, c.item_code, c.area_no) f.need_id, c.*
    from fit as f
    join need as n using (need_id)
    join cell as c using (slot)
    join place as a on a.area_no = c.area_no
    where
        f.over_time = 'distinct'
        and c.flow in ('period', 'ytd')
        and c.period_start = greatest(n.period_start, a.valid_from)
        and c.period_end = least(n.period_end, a.valid_to)
    order by f.need_id, c.item_code, c.area_no, c.value is null, c.flow
),
states as materialized (
    select
        f.need_id,
        f.over_time,
        n.counts_areas,
        a.vintage,
        c.item_code is null as is_plain,
        case when c.item_code is null or n.counts_areas then c.area_no end as unit_no,
        c.area_no,
        c.item_code,
        c.flow,
        c.period_start,
        c.period_end,
        c.value,
        c.status_rank,
        c.observation_id
    from fit as f
    join need as n using (need_id)
    join cell as c using (slot)
    join place as a on a.area_no = c.area_no
    where f.over_time in ('last', 'max') and c.flow <> 'ytd'
),
-- what may be picked: the last days with a value, or the largest one; only ties among these are put in order
best as materialized (
    select
        s.need_id, s.is_plain, coalesce(s.item_code, '') as item_key, coalesce(s.unit_no, 0) as unit_key, min(s.vintage) as vintage,
        max(s.period_end) filter (where s.value is not null) as last_day,
        max(s.value) as highest
    from states as s
    group by 1, 2, 3, 4
),
-- areas of two maps overlap: a state over areas is that of the map reported last, unless each map is counted by itself
maps as (
    select m.*, max(m.last_day) over (partition by m.need_id) as overall_last
    from (
        select b.need_id, b.vintage, max(b.last_day) as last_day
        from best as b
        where b.is_plain
        group by b.need_id, b.vintage
    ) as m
),
picked as (
    select distinct on (s.need_id, s.item_code, s.unit_no) s.*
    from best as b
    join states as s
        on
            b.need_id = s.need_id
            and b.is_plain = s.is_plain
            and b.item_key = coalesce(s.item_code, '')
            and b.unit_key = coalesce(s.unit_no, 0)
            and (
                b.highest is null
                or (s.over_time = 'last' and s.value is not null and s.period_end = b.last_day)
                or (s.over_time = 'max' and s.value = b.highest)
            )
    left join maps as m on b.is_plain and m.need_id = b.need_id and m.vintage = b.vintage
    where not s.is_plain or s.counts_areas or m.last_day = m.overall_last or m.overall_last is null
    order by
        s.need_id,
        s.item_code,
        s.unit_no,
        s.period_end desc,
        s.period_start desc,
        s.area_no,
        -- of the same days rather what is there at their end than what came together in them
        s.flow desc
)
select
    t.need_id, t.item_code, t.area_no, t.period_start, t.period_end, t.value, t.status_rank, t.observation_id, t.is_base,
    t.is_estimate and t.value is not null as is_estimate,
    (t.period_start - date '1900-01-01') * 512 + t.period_end - t.period_start as span
from (
    select
        v.need_id,
        v.item_code,
        v.area_no,
        v.period_start,
        v.period_end,
        case
            when n.is_positive then case when v.value > 0 then 1 when v.value is not null then 0 end
            when n.over_time = 'days' then v.value * (v.period_end - v.period_start + 1)
            else v.value
        end * case when n.factor_code is null then 1 else w.value end as value,
        v.status_rank,
        v.observation_id,
        coalesce(w.is_estimate and v.value <> 0, false) as is_estimate,
        n.is_base
    from (
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
        select n.need_id, null, a.area_no, greatest(n.period_start, a.valid_from), least(n.period_end, a.valid_to), 1, 1::smallint, null
        from need as n
        join geography as g on true
        join place as a
            on
                a.vintage = g.vintage
                and a.level = g.unit_level
                and coalesce(a.valid_from, n.period_start) <= n.period_end
                and coalesce(a.valid_to, n.period_end) >= n.period_start
        where n.is_areas
    ) as v
    join need as n using (need_id)
    left join indicator_weight as w
        on w.factor_code = n.factor_code and v.period_end between w.valid_from and w.valid_to
) as t
