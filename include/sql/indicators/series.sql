-- one row a series of an indicator on a map in a period, and the same in the baseline year for what is compared with that
create temporary table series as
with named as (
    select row_number() over ()::integer as series_id, k.*, s.indicator_code, s.period_code, s.kind, s.baseline_year
    from (
        select l.scope_id, l.series_code, l.geography
        from located as l
        union
        select s.scope_id, 'total', g.geography
        from scope as s
        cross join geography as g
        where s.is_expected
    ) as k
    join scope as s using (scope_id)
)
select n.series_id, n.scope_id, n.series_code, n.geography, n.kind, b.series_id as base_id
from named as n
left join named as b
    on
        n.kind in ('reduction', 'change')
        and b.indicator_code = n.indicator_code
        and b.period_code = n.baseline_year::text
        and b.series_code = n.series_code
        and b.geography = n.geography
