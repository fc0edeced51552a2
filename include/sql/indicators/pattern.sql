-- one row a list of spans as it was gathered, or a single span, and the number of the sorted list: most units report the same months
create temporary table pattern as
with seen as (
    select distinct g.spans from gathered as g
    where g.spans is not null
)
select l.spans, l.sorted, dense_rank() over (order by l.sorted)::integer as list_no
from (
    select s.spans, array(select distinct e.span from unnest(s.spans) as e (span) order by e.span) as sorted
    from (
        select seen.spans from seen
        union
        select array[e.span] from seen cross join unnest(seen.spans) as e (span)
    ) as s
) as l
