-- No rows: one name that a department printed in some interval.
insert into core.department_name (department_code, name_vi, name_en, valid_from, valid_to)
values (%(department_code)s, %(name_vi)s, %(name_en)s, %(valid_from)s, %(valid_to)s)
