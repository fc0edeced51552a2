-- one row a department's reports of one form by state, of those that were due
select
    d.department_code, coalesce(p.name_vi, d.department_code) as department_name, coalesce(p.sort_order, 9999) as sort_order,
    d.form_code, d.state, count(*)::integer as report_count
from mart.delivery as d
left join mart.department as p on p.code = d.department_code
where d.state <> 'expected' and d.due_at <= %(moment)s
group by d.department_code, p.name_vi, p.sort_order, d.form_code, d.state
order by sort_order, d.department_code, d.form_code, d.state
