-- finds the values of an area in a period
create index on pg_temp.tile (source_id, period_code, area_code)
