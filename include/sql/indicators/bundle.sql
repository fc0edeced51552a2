-- one row what an area brings to an indicator in a period, for an item and a product: the components of each side added up.
-- A value that is left out somewhere stays by itself, and where months are compared with months each stays by itself.
create temporary table bundle as
select
    row_number() over ()::integer as bundle_id,
    b.*,
    u.unit_no
from (
    select
        p.scope_id,
        p.area_no,
        p.item_code,
        p.product,
        case when s.kind = 'change' or h.observation_id is not null then p.component_no end as component_no,
        case when s.kind = 'change' then p.period_start end as period_start,
        case when s.kind = 'change' then p.period_end end as period_end,
        h.observation_id as shaded_id,
        sum(p.value) filter (where c.is_numerator) as numerator,
        sum(p.value) filter (where not c.is_numerator) as denominator,
        bool_or(p.is_estimate) as is_estimate,
        max(p.status_rank) as status_rank,
        max(p.worst_rank) as worst_rank,
        bool_and(p.is_dated) as is_dated,
        range_agg(l.days) filter (where p.is_dated and c.is_numerator) as numerator_days,
        range_agg(l.days) filter (where p.is_dated and not c.is_numerator) as denominator_days,
        array_agg(p.list_no) filter (where p.list_no is not null and c.is_counted) as lists,
        min(p.list_no) filter (where c.is_counted) as lowest_list,
        max(p.list_no) filter (where c.is_counted) as highest_list,
        sum(p.own_mark) as own_mark,
        sum(p.base_mark) filter (where s.is_base) as base_mark,
        array_agg(p.part_id) as parts
    from part as p
    join scope as s using (scope_id)
    cross join lateral (
        select p.role = 'numerator' as is_numerator, p.role = 'numerator' or (s.is_register and not s.counts_areas) as is_counted
    ) as c
    left join span_list as l using (list_no)
    left join (select distinct scope_id, component_no, observation_id from shadow) as h
        using (scope_id, component_no, observation_id)
    where p.is_used
    group by 1, 2, 3, 4, 5, 6, 7, 8
) as b
join scope as s using (scope_id)
join indicator as i using (indicator_code)
join place as a using (area_no)
join unit as u
    on u.unit_key = case i.units_by when 'single' then 'single' when 'areas' then a.area_code else coalesce(b.item_code, a.area_code) end
