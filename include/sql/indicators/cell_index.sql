-- finds the other values of a cell
create index on pg_temp.cell (source_id, item_code, area_code, flow)
