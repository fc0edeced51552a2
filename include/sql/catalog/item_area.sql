-- No rows: one item and the area where it stands, one for each vintage of areas.
insert into core.item_area (item_code, area_code) values (%(item_code)s, %(area_code)s)
