-- One row is a measure whose parts of a longer period, reported one by one, do not add up to what this file says for the whole.
select
    incoming.ordinal,
    sum(part.value) as parts_value,
    count(*) as part_count
from incoming
inner join lateral (
    select distinct on (o.period_start)
        o.period_start,
        o.value
    from core.observation as o
    where o.measure_code = incoming.measure_code
        and (o.area_code = incoming.area_code or (o.area_code is null and incoming.area_code is null))
        and coalesce(o.item_code, o.item_name) is not distinct from incoming.item_key
        and o.flow = 'period'
        and o.frequency = 'M'
        and o.period_start >= incoming.period_start
        and o.period_end <= incoming.period_end
        and o.known_to is null
        and o.value is not null
    order by
        o.period_start,
        array_position(array['A', 'P', 'E', 'M'], o.obs_status),
        o.source_period_end desc,
        o.received_seq desc
) as part on true
where incoming.flow = 'period'
    and incoming.frequency in ('Q', 'H', 'A')
group by incoming.ordinal, incoming.value, incoming.frequency
having count(*) = case incoming.frequency when 'Q' then 3 when 'H' then 6 else 12 end
    and abs(sum(part.value) - incoming.value) * 20 > greatest(abs(sum(part.value)), abs(incoming.value))
order by incoming.ordinal
