-- One row is a column of this file with cells that are blank although their series had a number in the period before and in every
-- earlier one that is known: the first of them, and how many.
with series as (
    select
        ordinal,
        column_key
    from history_compared
    where value is null
        and period_code = %(period_code)s
    group by ordinal, column_key
    having min(past_value) > 0
        and max(past_period_end) = %(previous_end)s
)

select
    min(ordinal) as ordinal,
    count(*) as blank
from series
group by column_key
order by ordinal
