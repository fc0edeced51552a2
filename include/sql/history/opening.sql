-- One row is a stock of this file whose opening, as the same row states it, is not the closing that was reported for the period
-- before, by more than 0.5 percent.
select distinct on (stated.ordinal)
    stated.ordinal,
    stated.opening,
    past.value as closing,
    past.period_code
from history_stated as stated
inner join history_past as past
    on stated.measure_code = past.measure_code
    and stated.item_key = past.item_key
    and (stated.area_key = past.area_key or past.is_registered)
    and stated.flow = past.flow
    and stated.frequency = past.frequency
    and stated.period_start = past.period_end + 1
where stated.flow = 'stock'
    and stated.opening is not null
    and abs(stated.opening - past.value) * 200 > greatest(abs(stated.opening), abs(past.value))
order by
    stated.ordinal,
    past.status_place,
    past.source_period_end desc,
    past.received_seq desc
