-- One row is a year-to-date value that does not follow from the one before it: the earlier year to date, plus what the previous
-- month was revised by, plus this month, plus what the file itself says that older months were revised by.
with said as (
    select
        form_code,
        measure_code,
        item_key,
        area_key,
        case
            when flow = 'ytd' and period_end = %(period_end)s then 'stated'
            when flow = 'period' and period_code = %(period_code)s then 'month'
            when flow = 'period' and period_code = %(previous_code)s then 'final'
        end as part,
        ordinal,
        value,
        stated_revision
    from history_stated
    union all
    select
        form_code,
        measure_code,
        item_key,
        area_key,
        case flow when 'ytd' then 'before' else 'estimate' end,
        null,
        value,
        null
    from history_past
    where department_code = %(department_code)s
        and form_code = any(%(forms)s)
        and source_period_end = %(previous_end)s
        and period_end = %(previous_end)s
        and flow in ('ytd', 'period')
        and status_place = 3  -- an estimate
),

series as (
    select
        min(ordinal) filter (where part = 'stated') as ordinal,
        min(value) filter (where part = 'stated') as stated,
        min(value) filter (where part = 'month') as month,
        min(stated_revision) filter (where part = 'month') as stated_revision,
        min(value) filter (where part = 'final') as final,
        min(value) filter (where part = 'before') as before,
        min(value) filter (where part = 'estimate') as estimate
    from said
    group by form_code, measure_code, item_key, area_key
),

chained as (
    select
        ordinal,
        stated,
        coalesce(before, case when %(is_february)s then estimate end)
        + coalesce(final - estimate, 0)
        + month
        + stated_revision as expected
    from series
    where ordinal is not null
)

select
    ordinal,
    stated,
    expected
from chained
where abs(stated - expected) * 20 > greatest(abs(expected), abs(stated))
order by ordinal
