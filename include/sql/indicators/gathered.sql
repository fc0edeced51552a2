-- one row what an area reported for a need and an item: its months added up, and what tells its observations as one side or the other
create temporary table gathered as
select
    v.need_id,
    v.area_no,
    v.item_code,
    sum(v.value) as value,
    array_agg(v.span) filter (where v.value is not null) as spans,
    bool_or(v.value is null) as has_blank,
    bool_or(v.is_estimate) as is_estimate,
    max(v.status_rank) filter (where v.value is not null) as status_rank,
    max(v.status_rank) as worst_rank,
    sum(hashint8extended(v.observation_id, 1)) as numerator_mark,
    sum(hashint8extended(v.observation_id, 2)) as denominator_mark,
    sum(case when v.is_base then hashint8extended(v.observation_id, 3) end) as base_mark
from tile as v
group by v.need_id, v.area_no, v.item_code
