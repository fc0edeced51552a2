-- No rows: removes the whole warehouse, in the transaction that puts another one in its place.
drop schema if exists mart, core, intake, ops cascade;
