-- one row what enters an indicator in a period, and whether its match lets it count: the months of an area together, or each value by itself
-- where months are matched that differ, where months are compared with months, and where a larger area reported too.
-- What a match holds is told by bits: 1 and 2 a numerator and a denominator, 4 and 8 one with a value, 16 one without.
create temporary table part as
with alone as (
    select x.need_id, x.item_key, x.area_no from suspect as x
    union
    select x.need_id, x.item_key, x.ancestor_no from suspect as x
),
entered as not materialized (
    select
        t.*,
        g.item_code,
        g.area_no,
        g.value,
        p.list_no,
        g.has_blank,
        g.is_estimate,
        g.status_rank,
        g.worst_rank,
        case t.role when 'numerator' then g.numerator_mark else g.denominator_mark end as own_mark,
        g.base_mark,
        t.by_month or a.need_id is not null as is_alone
    from term as t
    join gathered as g using (need_id)
    left join pattern as p using (spans)
    left join alone as a on a.need_id = g.need_id and a.item_key = coalesce(g.item_code, '') and a.area_no = g.area_no
),
matched as (
    select
        e.*,
        bit_or(e.side + case when e.list_no is null then 0 else 4 * e.side end + case when e.has_blank then 16 else 0 end) over pair as bits,
        min(e.component_no) filter (where e.by_product and e.side = 2) over pair as first_product,
        max(e.component_no) filter (where e.by_product and e.side = 2) over pair as last_product,
        min(e.list_no) over pair <> max(e.list_no) over pair as is_mixed,
        bool_or(e.is_alone) over pair as is_beside
    from entered as e
    where not e.is_single
    window pair as (
        partition by
            e.scope_id, case when e.by_area then e.area_no end, case when e.by_cell then coalesce(e.item_code, '') end
    )
),
judged as materialized (
    select m.*, case when m.by_cell then m.is_mixed or m.is_beside or m.bits & 16 <> 0 else m.is_alone end as is_split
    from matched as m
    union all
    select e.*, 0, null, null, false, false, e.is_alone
    from entered as e
    where e.is_single
),
split as (
    select
        j.scope_id, j.need_id, j.component_no, j.role, j.item_code, j.area_no, v.observation_id, v.period_start, v.period_end, v.value,
        v.span, v.is_estimate, v.status_rank, j.is_dated, j.bits_asked, j.bits_wanted, j.by_area, j.by_product,
        case
            when j.by_cell then bit_or(j.side + case when v.value is null then 16 else 4 * j.side end) over pair
            else j.bits
        end as bits,
        case
            when j.by_cell then min(j.component_no) filter (where j.by_product and j.side = 2) over pair
            else j.first_product
        end as first_product,
        case
            when j.by_cell then max(j.component_no) filter (where j.by_product and j.side = 2) over pair
            else j.last_product
        end as last_product
    from judged as j
    join tile as v
        on
            v.need_id = j.need_id
            and v.area_no = j.area_no
            and coalesce(v.item_code, '') = coalesce(j.item_code, '')
            and v.item_code is not distinct from j.item_code
    where j.is_split
    window pair as (partition by j.scope_id, j.area_no, coalesce(j.item_code, ''), v.span)
)
select
    row_number() over ()::integer as part_id,
    f.scope_id, f.need_id, f.component_no, f.role, f.item_code, f.area_no, f.observation_id, f.period_start, f.period_end, f.value,
    f.list_no, f.is_estimate, f.status_rank, f.worst_rank, f.own_mark, f.base_mark, f.is_dated,
    p.measure_code as product,
    f.bits & f.bits_asked = f.bits_wanted and (not f.by_product or p.measure_code is not null) as is_used,
    not f.by_area or f.bits & 3 = 3 as is_paired
from (
    select
        j.scope_id, j.need_id, j.component_no, j.role, j.item_code, j.area_no, null::bigint as observation_id,
        null::date as period_start, null::date as period_end, j.value, j.list_no, j.is_estimate, j.status_rank, j.worst_rank,
        j.own_mark, j.base_mark, j.is_dated, j.bits, j.bits_asked, j.bits_wanted, j.by_area, j.by_product, j.first_product, j.last_product
    from judged as j
    where not j.is_split
    union all
    select
        s.scope_id, s.need_id, s.component_no, s.role, s.item_code, s.area_no, s.observation_id,
        s.period_start, s.period_end, s.value, l.list_no, s.is_estimate, case when s.value is not null then s.status_rank end, s.status_rank,
        hashint8extended(s.observation_id, case s.role when 'numerator' then 1 else 2 end), hashint8extended(s.observation_id, 3),
        s.is_dated, s.bits, s.bits_asked, s.bits_wanted, s.by_area, s.by_product, s.first_product, s.last_product
    from split as s
    left join pattern as l on s.value is not null and l.spans = array[s.span]
) as f
left join term as p
    on f.by_product and p.scope_id = f.scope_id and p.component_no = f.first_product and f.first_product = f.last_product
