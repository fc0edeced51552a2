-- One row is a year-to-date value that does not follow from the one before it: the earlier year to date, plus what the previous
-- month was revised by, plus this month, plus what the file itself says that older months were revised by.
with earlier as (
    select
        o.form_code,
        o.measure_code,
        coalesce(o.item_code, o.item_name) as item_key,
        o.area_code,
        o.flow,
        o.value
    from core.observation as o
    where o.department_code = %(department_code)s
        and o.form_code = any(%(forms)s)
        and o.source_period_end = %(previous_end)s
        and o.period_end = %(previous_end)s
        and o.flow in ('ytd', 'period')
        and o.obs_status = 'E'
        and o.known_to is null
        and o.value is not null
),

chained as (
    select
        ytd.ordinal,
        ytd.value as stated,
        coalesce(before.value, case when %(is_february)s then estimate.value end)
        + coalesce(final.value - estimate.value, 0)
        + month.value
        + month.stated_revision as expected
    from incoming as ytd
    inner join incoming as month
        on ytd.form_code = month.form_code
        and ytd.measure_code = month.measure_code
        and ytd.item_key is not distinct from month.item_key
        and ytd.area_code is not distinct from month.area_code
        and month.flow = 'period'
        and month.period_code = %(period_code)s
    left join incoming as final
        on ytd.form_code = final.form_code
        and ytd.measure_code = final.measure_code
        and ytd.item_key is not distinct from final.item_key
        and ytd.area_code is not distinct from final.area_code
        and final.flow = 'period'
        and final.period_code = %(previous_code)s
    left join earlier as before
        on ytd.form_code = before.form_code
        and ytd.measure_code = before.measure_code
        and ytd.item_key is not distinct from before.item_key
        and ytd.area_code is not distinct from before.area_code
        and before.flow = 'ytd'
    left join earlier as estimate
        on ytd.form_code = estimate.form_code
        and ytd.measure_code = estimate.measure_code
        and ytd.item_key is not distinct from estimate.item_key
        and ytd.area_code is not distinct from estimate.area_code
        and estimate.flow = 'period'
    where ytd.flow = 'ytd'
        and ytd.period_end = %(period_end)s
)

select
    ordinal,
    stated,
    expected
from chained
where abs(stated - expected) * 20 > greatest(abs(expected), abs(stated))
order by ordinal
