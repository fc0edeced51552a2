-- One row is an earlier period whose values this file repeats, or whose values one column of it repeats: how many values can be
-- compared and how many are the same. Without a column it is the file, and comes first. A value for another period than the report's is
-- held against that of the earlier report's other period. Stocks often stay as they are: they count only where they had changed since and
-- are those of a year ago again.
with pair as (
    select
        compared.ordinal,
        compared.column_key,
        compared.flow,
        compared.value,
        shift.report_code as period_code,
        compared.past_value
    from history_compared as compared
    inner join unnest(%(stated_codes)s::text[], %(earlier_codes)s::text[], %(report_codes)s::text[])
        as shift (period_code, earlier_code, report_code)
        on compared.period_code = shift.period_code
        and compared.past_period_code = shift.earlier_code
    where compared.is_same_form
        and compared.value > 0
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
