-- One row is an earlier period whose values this file repeats, or whose values one column of it repeats: how many values can be
-- compared and how many are the same. Without a column it is the file, and comes first. An item of a register stays itself when the
-- areas are drawn anew. A value for another period than the report's is held against that of the same report's other period. Stocks often
-- stay as they are: they count only where they had changed since and are those of a year ago again.
with shift as (
    select *
    from unnest(%(stated_codes)s::text[], %(earlier_codes)s::text[], %(report_codes)s::text[])
        as said (period_code, earlier_code, report_code)
),

pair as (
    select
        stated.ordinal,
        stated.column_key,
        stated.flow,
        stated.value,
        shift.report_code as period_code,
        past.value as past_value
    from history_stated as stated
    inner join shift on stated.period_code = shift.period_code
    inner join history_past as past
        on stated.department_code = past.department_code
        and stated.form_code = past.form_code
        and stated.measure_code = past.measure_code
        and stated.item_key = past.item_key
        and stated.area_key = past.area_key
        and stated.flow = past.flow
        and shift.earlier_code = past.period_code
    where stated.value > 0
    union all
    select
        stated.ordinal,
        stated.column_key,
        stated.flow,
        stated.value,
        shift.report_code,
        past.value
    from history_stated as stated
    inner join shift on stated.period_code = shift.period_code
    inner join history_past as past
        on stated.department_code = past.department_code
        and stated.form_code = past.form_code
        and stated.measure_code = past.measure_code
        and stated.item_key = past.item_key
        and stated.flow = past.flow
        and shift.earlier_code = past.period_code
    where past.is_registered
        and stated.area_key <> past.area_key
        and stated.value > 0
)

select
    pair.period_code,
    pair.column_key,
    count(*) as compared,
    count(*) filter (where pair.past_value = pair.value) as same,
    min(pair.ordinal) as ordinal
from pair
where pair.past_value > 0
    and (
        pair.flow = 'period'
        or pair.flow = 'stock' and pair.period_code <> %(previous_code)s and exists (
            select from pair as before
            where before.ordinal = pair.ordinal
                and before.period_code = %(previous_code)s
                and before.past_value <> pair.value
        )
    )
group by grouping sets ((pair.period_code), (pair.period_code, pair.column_key))
having count(distinct pair.value) >= 4
    and case grouping(pair.column_key)
        when 1 then count(*) >= 5 and count(*) filter (where pair.past_value = pair.value) * 10 >= count(*) * 9
        else count(*) filter (where pair.past_value <> pair.value) = 0  -- and its numbers have many digits: small ones are often the same
    end
order by pair.column_key nulls first, pair.period_code desc
