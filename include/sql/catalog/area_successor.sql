-- No rows: one administrative unit and one that continues it.
insert into core.area_successor (area_code, successor_code) values (%(area_code)s, %(successor_code)s)
