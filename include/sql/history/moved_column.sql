-- One row is a column of this file of which most values lie outside everything that the same series said before, by three times or
-- more, or are nothing where something always was (or the other way round): its first such value, how many, of how many. Columns
-- that changed places look like that; a single value that jumps is the business of the rule about levels.
with reach as (
    select
        stated.ordinal,
        stated.column_key,
        stated.value,
        stated.is_count,
        min(past.value) as lowest,
        max(past.value) as highest
    from history_stated as stated
    inner join history_past as past
        on stated.measure_code = past.measure_code
        and stated.item_key = past.item_key
        and stated.flow = past.flow
        and stated.frequency = past.frequency
        and (stated.area_key = past.area_key or past.is_registered)
        and stated.period_start > past.period_end
        and past.period_start >= stated.period_start - interval '5 years'
    where stated.flow in ('period', 'stock')
        and stated.period_code = %(period_code)s
        and past.value >= 0
        and stated.value >= 0
    group by stated.ordinal, stated.column_key, stated.value, stated.is_count
),

judged as (
    select
        ordinal,
        column_key,
        value > 3 * highest or value * 3 < lowest as is_outside
    from reach
    where greatest(value, highest) > case when is_count then 30 else 1 end  -- ticks and small numbers of things come and go
)

select
    min(ordinal) filter (where is_outside) as ordinal,
    count(*) filter (where is_outside) as outside,
    count(*) as compared
from judged
group by column_key
having count(*) filter (where is_outside) >= 3
    and count(*) filter (where is_outside) * 5 >= count(*) * 3
order by ordinal
