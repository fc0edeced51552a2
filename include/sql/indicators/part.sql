-- one row a value that enters an indicator in a period: converted, and whether its match lets it count
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
        -- a quarter's use over a month's output would be a wrong number: both sides have to cover the same days
        t.kind = 'ratio' and t.match_rule = 'none' and t.over_time = 'sum' as is_dated,
        t.measure_code,
        t.kind,
        t.match_rule
    from term as t
    join tile as v using (need_id)
    left join core.indicator_weight as w
        on w.factor_code = t.factor_code and v.period_end between w.valid_from and w.valid_to
),
judged as (
    select
        e.*,
        bool_and(e.value is not null or e.match_rule = 'area') over pair
        and (e.kind = 'change' or bool_or(e.role = 'numerator' and e.value is not null) over pair)
        and (e.kind in ('change', 'sum') or bool_or(e.role = 'denominator' and e.value is not null) over pair) as is_matched,
        bool_or(e.role = 'numerator') over pair and bool_or(e.role = 'denominator') over pair as is_paired,
        case
            when
                e.kind in ('intensity', 'reduction')
                and min(e.measure_code) filter (where e.role = 'denominator') over pair
                = max(e.measure_code) filter (where e.role = 'denominator') over pair
                then min(e.measure_code) filter (where e.role = 'denominator') over pair
        end as product
    from entered as e
    where e.match_rule <> 'none' or e.kind in ('intensity', 'reduction')
    window pair as (
        partition by
            e.scope_id,
            case when e.match_rule <> 'none' then e.area_no end,
            case when e.match_rule = 'cell' then coalesce(e.item_code, '') end,
            case when e.match_rule = 'cell' then e.period_start end,
            case when e.match_rule = 'cell' then e.period_end end
    )
)
select
    e.scope_id, e.component_no, e.role, e.item_code, e.area_no, e.period_start, e.period_end, e.value, e.observation_id,
    e.status_rank, e.is_estimate, e.is_dated, null as product, true as is_used, true as is_paired
from entered as e
where e.match_rule = 'none' and e.kind not in ('intensity', 'reduction')
union all
select
    j.scope_id, j.component_no, j.role, j.item_code, j.area_no, j.period_start, j.period_end, j.value, j.observation_id,
    j.status_rank, j.is_estimate, j.is_dated, j.product,
    (j.match_rule = 'none' or j.is_matched) and (j.kind not in ('intensity', 'reduction') or j.product is not null),
    j.match_rule = 'none' or j.is_paired
from judged as j
