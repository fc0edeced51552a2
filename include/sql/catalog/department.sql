-- No rows: one department under its newest name.
insert into core.department (department_code, name_vi, name_en, area_code, group_code, valid_from, valid_to, sort_order)
values (
    %(code)s, %(name_vi)s, %(name_en)s, %(area)s, %(group)s, %(valid_from)s, %(valid_to)s, %(sort_order)s
)
on conflict (department_code) do update set
    name_vi = excluded.name_vi, name_en = excluded.name_en, area_code = excluded.area_code,
    group_code = excluded.group_code, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
    sort_order = excluded.sort_order
