-- one row a value that enters an indicator in a period: converted, with the unit that reported it
create temporary table part as
with weighted as (
    select
        s.indicator_code,
        s.period_code,
        c.role,
        c.component_no,
        c.measure_code,
        t.source_id,
        t.over_time,
        t.item_code,
        t.area_code,
        t.vintage,
        t.period_start,
        t.period_end,
        case
            when c.derivation = 'positive' then case when t.value > 0 then 1 when t.value is not null then 0 end
            when t.over_time = 'days' then t.value * (t.period_end - t.period_start + 1)
            else t.value
        end * case when c.factor_code is null then 1 else w.value end as value,
        t.observation_id,
        t.obs_status,
        coalesce(w.is_estimate and t.value <> 0, false) as is_estimate,
        i.units_by,
        i.match_rule,
        i.kind
    from scope as s
    join core.indicator as i using (indicator_code)
    join core.indicator_component as c using (indicator_code)
    join need as n
        on
            n.source_measure = c.source_measure
            and n.forms = c.forms
            and n.is_areas = (c.derivation = 'areas')
            and n.over_time = c.over_time
            and n.counts_areas = i.counts_areas
            and n.period_code = s.period_code
    join tile as t
        on
            t.source_id = n.source_id
            and t.over_time = n.over_time
            and t.counts_areas = n.counts_areas
            and t.period_code = n.period_code
    left join core.indicator_weight as w
        on w.factor_code = c.factor_code and t.period_end between w.valid_from and w.valid_to
),
keyed as (
    select
        w.*,
        case w.units_by
            when 'single' then 'single'
            when 'areas' then w.area_code
            else coalesce(w.item_code, w.area_code)
        end as unit_key,
        case w.match_rule
            when 'cell' then concat_ws(chr(31), coalesce(w.item_code, ''), w.area_code, w.period_start, w.period_end)
            when 'area' then w.area_code
        end as match_key
    from weighted as w
),
judged as (
    select
        k.*,
        bool_and(k.value is not null or k.match_rule = 'area') over pair
        and (k.kind = 'change' or bool_or(k.role = 'numerator' and k.value is not null) over pair)
        and (k.kind in ('change', 'sum') or bool_or(k.role = 'denominator' and k.value is not null) over pair) as is_matched,
        bool_or(k.role = 'numerator') over pair and bool_or(k.role = 'denominator') over pair as is_paired,
        case
            when
                k.kind in ('intensity', 'reduction')
                and min(k.measure_code) filter (where k.role = 'denominator') over pair
                = max(k.measure_code) filter (where k.role = 'denominator') over pair
                then min(k.measure_code) filter (where k.role = 'denominator') over pair
        end as product
    from keyed as k
    window pair as (partition by k.indicator_code, k.period_code, k.match_key)
)
select
    j.*,
    (j.match_rule = 'none' or j.is_matched) and (j.kind not in ('intensity', 'reduction') or j.product is not null) as is_used
from judged as j
