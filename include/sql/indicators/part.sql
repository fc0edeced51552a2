-- one row a value that enters an indicator in a period: converted, and whether its match lets it count.
-- What a match holds is told by bits: 1 and 2 a numerator and a denominator, 4 and 8 one with a value, 16 one without.
create temporary table part as
with entered as not materialized (
    select
        t.scope_id,
        t.component_no,
        t.role,
        v.item_code,
        v.area_no,
        v.period_start,
        v.period_end,
        case
            when t.is_positive then case when v.value > 0 then 1 when v.value is not null then 0 end
            when t.over_time = 'days' then v.value * (v.period_end - v.period_start + 1)
            else v.value
        end * case when t.factor_code is null then 1 else w.value end as value,
        v.observation_id,
        v.status_rank,
        coalesce(w.is_estimate and v.value <> 0, false) as is_estimate,
        t.is_dated,
        t.is_single,
        t.by_area,
        t.by_cell,
        t.by_product,
        t.side,
        t.bits_wanted,
        t.bits_asked
    from term as t
    join tile as v using (need_id)
    left join core.indicator_weight as w
        on w.factor_code = t.factor_code and v.period_end between w.valid_from and w.valid_to
),
judged as (
    select
        e.*,
        bit_or(e.side + case when e.value is null then 16 else 4 * e.side end) over pair as bits,
        min(e.component_no) filter (where e.by_product and e.side = 2) over pair as first_product,
        max(e.component_no) filter (where e.by_product and e.side = 2) over pair as last_product
    from entered as e
    where not e.is_single
    window pair as (
        partition by
            e.scope_id,
            case when e.by_area then e.area_no end,
            case when e.by_cell then coalesce(e.item_code, '') end,
            case when e.by_cell then e.period_start end,
            case when e.by_cell then e.period_end end
    )
)
select
    e.scope_id, e.component_no, e.role, e.item_code, e.area_no, e.period_start, e.period_end, e.value, e.observation_id,
    e.status_rank, e.is_estimate, e.is_dated, null as product, true as is_used, true as is_paired
from entered as e
where e.is_single
union all
select
    j.scope_id, j.component_no, j.role, j.item_code, j.area_no, j.period_start, j.period_end, j.value, j.observation_id,
    j.status_rank, j.is_estimate, j.is_dated, p.measure_code,
    j.bits & j.bits_asked = j.bits_wanted and (not j.by_product or p.measure_code is not null),
    not j.by_area or j.bits & 3 = 3
from judged as j
left join term as p
    on p.scope_id = j.scope_id and p.component_no = j.first_product and j.first_product = j.last_product
