-- No rows: one measure.
insert into core.measure (
    measure_code, name_vi, name_en, unit_family, unit_code, kind, grain, frequency, reporter, form_code, note, sort_order
) values (
    %(code)s, %(name_vi)s, %(name_en)s, %(unit_family)s, %(canonical_unit)s, %(kind)s, %(grain)s, %(frequency)s,
    %(reporter)s, %(source_form)s, %(note)s, %(sort_order)s
)
on conflict (measure_code) do update set
    name_vi = excluded.name_vi, name_en = excluded.name_en, unit_family = excluded.unit_family,
    unit_code = excluded.unit_code, kind = excluded.kind, grain = excluded.grain, frequency = excluded.frequency,
    reporter = excluded.reporter, form_code = excluded.form_code, note = excluded.note, sort_order = excluded.sort_order
