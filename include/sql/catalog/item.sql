-- No rows: one item of a register.
insert into core.item (
    item_code, register, name_vi, name_en, kind, tax_code, measure_code, vsic2018, vsic2025, capacity_mw, valid_from,
    valid_to, sort_order
) values (
    %(code)s, %(register)s, %(name_vi)s, %(name_en)s, %(kind)s, %(tax_code)s, %(measure)s, %(vsic2018)s, %(vsic2025)s,
    %(capacity_mw)s, %(valid_from)s, %(valid_to)s, %(sort_order)s
)
on conflict (item_code) do update set
    register = excluded.register, name_vi = excluded.name_vi, name_en = excluded.name_en, kind = excluded.kind,
    tax_code = excluded.tax_code, measure_code = excluded.measure_code, vsic2018 = excluded.vsic2018,
    vsic2025 = excluded.vsic2025, capacity_mw = excluded.capacity_mw, valid_from = excluded.valid_from,
    valid_to = excluded.valid_to, sort_order = excluded.sort_order
