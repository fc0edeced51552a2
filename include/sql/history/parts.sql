-- One row is a measure whose parts of a longer period, reported one by one, do not add up to what this file says for the whole.
with part as (
    select distinct on (stated.ordinal, past.period_start)
        stated.ordinal,
        stated.value as whole,
        stated.frequency,
        past.value
    from history_stated as stated
    inner join history_past as past
        on stated.measure_code = past.measure_code
        and stated.item_key = past.item_key
        and stated.area_key = past.area_key
        and stated.flow = past.flow
        and stated.period_start <= past.period_start
        and stated.period_end >= past.period_end
    where stated.flow = 'period'
        and stated.frequency in ('Q', 'H', 'A')
        and past.frequency = 'M'
    order by
        stated.ordinal,
        past.period_start,
        past.status_place,
        past.source_period_end desc,
        past.received_seq desc
)

select
    ordinal,
    sum(value) as parts_value,
    count(*) as part_count
from part
group by ordinal, whole, frequency
having count(*) = case frequency when 'Q' then 3 when 'H' then 6 else 12 end
    and abs(sum(value) - whole) * 20 > greatest(abs(sum(value)), abs(whole))
order by ordinal
