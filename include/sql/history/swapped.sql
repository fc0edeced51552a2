-- One row is a pair of columns of this file that have changed places: in at least three rows, and in four of five that can be
-- compared, each value lies clearly nearer to what the other column said last than to the last value of its own.
with last_value as (
    select distinct on (ordinal)
        ordinal,
        column_key,
        item_key,
        area_key,
        ln(value::double precision) as now,
        ln(past_value::double precision) as before
    from history_compared
    where period_code = %(period_code)s
        and past_value > 0
        and value > 0
    order by
        ordinal,
        past_period_start desc,
        status_place,
        source_period_end desc,
        received_seq desc
),

pair as (
    select
        one.column_key as one_column,
        other.column_key as other_column,
        one.ordinal,
        other.ordinal as other_ordinal,
        abs(one.now - one.before) > ln(1.2)
        and abs(other.now - other.before) > ln(1.2)
        and abs(one.now - other.before) * 2 < abs(one.now - one.before)
        and abs(other.now - one.before) * 2 < abs(other.now - other.before) as is_swapped
    from last_value as one
    inner join last_value as other
        on one.item_key = other.item_key
        and one.area_key = other.area_key
        and one.ordinal < other.ordinal
        and one.column_key <> other.column_key
)

select
    min(ordinal) filter (where is_swapped) as ordinal,
    min(other_ordinal) filter (where is_swapped) as other_ordinal,
    count(*) filter (where is_swapped) as swapped,
    count(*) as compared
from pair
group by one_column, other_column
having count(*) filter (where is_swapped) >= 3
    and count(*) filter (where is_swapped) * 5 >= count(*) * 4
order by ordinal
