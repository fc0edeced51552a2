-- No rows: one administrative unit of the catalogue as it stands there now.
insert into core.area (
    area_code, vintage, code, level, unit_type, is_urban, parent_code, name_vi, name_en, short_name, is_disputed,
    valid_from, valid_to, sort_order
) values (
    %(key)s, %(vintage)s, %(code)s, %(level)s, %(unit_type)s, %(is_urban)s, %(parent)s, %(name_vi)s, %(name_en)s,
    %(short_name)s, %(is_disputed)s, %(valid_from)s, %(valid_to)s, %(sort_order)s
)
on conflict (area_code) do update set
    level = excluded.level, unit_type = excluded.unit_type, is_urban = excluded.is_urban, parent_code = excluded.parent_code,
    name_vi = excluded.name_vi, name_en = excluded.name_en, short_name = excluded.short_name,
    is_disputed = excluded.is_disputed, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
    sort_order = excluded.sort_order
