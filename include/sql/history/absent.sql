-- One row is a column that this file lacks although the sender's report on the last period before has a value in it: which of those
-- asked about (from 0), and that period.
with earlier as (
    select
        submission_id,
        period_code
    from intake.submission
    where form_code = %(form_code)s
        and department_code = %(department_code)s
        and area_code is not distinct from %(area_code)s
        and period_start < %(period_start)s
        and verdict in ('accepted', 'accepted_with_warnings')
        and withdrawn_at is null
    order by period_start desc, received_seq desc
    limit 1
)

select distinct
    asked.place,
    earlier.period_code
from earlier
inner join intake.submission_key as key on earlier.submission_id = key.submission_id
cross join unnest(%(places)s::integer[], %(measures)s::text[], %(flows)s::text[]) as asked (place, measure_code, flow)
where exists (
    select from core.observation as o
    where o.submission_key = key.submission_key
        and o.measure_code = asked.measure_code
        and o.flow = asked.flow
        and o.known_to is null
        and o.value is not null
)
order by asked.place
