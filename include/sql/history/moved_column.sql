-- One row is a column of this file of which most values lie outside everything that the same series said before, by three times or
-- more, or are nothing where something always was (or the other way round): its first such value, how many, of how many. Columns
-- that changed places look like that; a single value that jumps is the business of the rule about levels.
with reach as (
    select
        ordinal,
        column_key,
        value,
        is_count,
        min(past_value) as lowest,
        max(past_value) as highest
    from history_compared
    where period_code = %(period_code)s
        and past_value >= 0
        and value >= 0
    group by ordinal, column_key, value, is_count
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
