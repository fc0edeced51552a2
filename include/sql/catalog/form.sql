-- No rows: one form.
insert into core.form (form_code, name_vi, name_en, frequency, semantics, sort_order)
values (%(code)s, %(name_vi)s, %(name_en)s, %(frequency)s, %(semantics)s, %(sort_order)s)
on conflict (form_code) do update set
    name_vi = excluded.name_vi, name_en = excluded.name_en, frequency = excluded.frequency,
    semantics = excluded.semantics, sort_order = excluded.sort_order
