-- One row: a column of a relation that lineage events name, in its order, with its type and comment.
select
    n.nspname || '.' || c.relname as relation,
    a.attname as name,
    format_type(a.atttypid, a.atttypmod) as type,
    col_description(c.oid, a.attnum) as description
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname || '.' || c.relname = any(%(relations)s)
order by relation, a.attnum
