-- one row what an area brings to an indicator in a period, for an item, a product and a role: its months added up.
-- A value that is left out somewhere stays by itself, and where months are compared with months each stays by itself.
create temporary table bundle as
select
    row_number() over ()::integer as bundle_id,
    b.*,
    case i.units_by when 'single' then 'single' when 'areas' then a.area_code else coalesce(b.item_code, a.area_code) end
        as unit_key
from (
    select
        p.scope_id,
        p.role,
        p.area_no,
        p.item_code,
        p.product,
        case when s.kind = 'change' or h.observation_id is not null then p.component_no end as component_no,
        case when s.kind = 'change' then p.period_start end as period_start,
        case when s.kind = 'change' then p.period_end end as period_end,
        h.observation_id as shaded_id,
        sum(p.value) as value,
        bool_or(p.is_estimate and p.value is not null) as is_estimate,
        max(p.status_rank) filter (where p.value is not null) as status_rank,
        max(p.status_rank) as worst_rank,
        bool_and(p.is_dated) as is_dated,
        range_agg(case when p.is_dated and p.value is not null then daterange(p.period_start, p.period_end, '[]') end) as days,
        array_agg((p.period_start - date '1900-01-01') * 512 + p.period_end - p.period_start)
        filter (where p.value is not null and (p.role = 'numerator' or (s.is_register and not s.counts_areas))) as spans,
        sum(hashint8extended(p.observation_id, case p.role when 'numerator' then 1 else 2 end)) as own_mark,
        sum(case when s.is_base then hashint8extended(p.observation_id, 3) end) as base_mark,
        array_agg(p.observation_id) filter (where p.observation_id is not null) as observations,
        array_agg(p.period_start) filter (where p.observation_id is not null) as first_days
    from part as p
    join scope as s using (scope_id)
    left join (select distinct scope_id, component_no, observation_id from shadow) as h
        using (scope_id, component_no, observation_id)
    where p.is_used
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
) as b
join scope as s using (scope_id)
join core.indicator as i using (indicator_code)
join place as a using (area_no)
