-- one row a sorted list of spans, and the days in it
create temporary table span_list as
select
    l.list_no,
    l.sorted as spans,
    (
        select range_agg(daterange(date '1900-01-01' + e.span / 512, date '1900-01-01' + e.span / 512 + e.span %% 512, '[]'))
        from unnest(l.sorted) as e (span)
    ) as days
from (select distinct p.list_no, p.sorted from pattern as p) as l
