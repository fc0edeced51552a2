-- No rows: one register of items.
insert into core.register (register, name_vi, name_en, is_open, sort_order)
values (%(code)s, %(name_vi)s, %(name_en)s, %(is_open)s, %(sort_order)s)
on conflict (register) do update set
    name_vi = excluded.name_vi, name_en = excluded.name_en, is_open = excluded.is_open, sort_order = excluded.sort_order
