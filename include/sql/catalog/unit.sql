-- No rows: one unit of measurement.
insert into core.unit (unit_code, name_en, symbol, dimension, kind, to_base, factor_version, sort_order)
values (
    %(code)s, %(name_en)s, %(symbol)s, %(dimension)s, %(kind)s, %(to_base)s, %(factor_version)s, %(sort_order)s
)
on conflict (unit_code) do update set
    name_en = excluded.name_en, symbol = excluded.symbol, dimension = excluded.dimension, kind = excluded.kind,
    to_base = excluded.to_base, factor_version = excluded.factor_version, sort_order = excluded.sort_order
