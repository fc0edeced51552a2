-- One row: by how much the values of a measure from a department were revised between the first and the newest statement.
create or replace view mart.revision as
with stated as (
    select
        department_code, form_code, measure_code, coalesce(item_code, item_name) as item, area_code, period_start, period_end,
        flow, unit_code, value, known_from, observation_id
    from mart.observation_history
    where value is not null and known_from is distinct from known_to
),
ends as (
    select
        department_code, form_code, measure_code, flow, unit_code, count(*) as statement_count,
        (array_agg(value order by known_from, observation_id))[1] as first_value,
        (array_agg(value order by known_from desc, observation_id desc))[1] as last_value
    from stated
    group by department_code, form_code, measure_code, item, area_code, period_start, period_end, flow, unit_code
)
select
    department_code, form_code, measure_code, flow, unit_code, count(*) as cell_count,
    count(*) filter (where statement_count > 1) as restated_count,
    count(*) filter (where statement_count > 1 and last_value <> first_value) as revised_count,
    avg(abs(last_value - first_value)) filter (where statement_count > 1) as mean_absolute_revision,
    avg(last_value - first_value) filter (where statement_count > 1) as bias,
    100 * avg(abs(last_value - first_value) / abs(first_value)) filter (where statement_count > 1 and first_value <> 0)
        as mean_absolute_revision_percent,
    100 * avg((last_value - first_value) / abs(first_value)) filter (where statement_count > 1 and first_value <> 0)
        as bias_percent
from ends
group by department_code, form_code, measure_code, flow, unit_code;

comment on view mart.revision is
'Mức điều chỉnh số liệu giữa lần báo cáo đầu và mới nhất, theo chỉ tiêu và đơn vị / Size of revisions between the first and the newest statement, by measure and department';
comment on column mart.revision.department_code is
'Mã đơn vị gửi, xem mart.department / Sender, see mart.department';
comment on column mart.revision.form_code is
'Mã biểu mẫu / Form';
comment on column mart.revision.measure_code is
'Mã chỉ tiêu thô, xem mart.measure / Measure, see mart.measure';
comment on column mart.revision.flow is
'period phát sinh trong kỳ, ytd lũy kế, stock cuối kỳ, plan kế hoạch năm / period, year to date, stock or plan';
comment on column mart.revision.unit_code is
'Đơn vị tính của mean_absolute_revision và bias / Unit of mean_absolute_revision and bias';
comment on column mart.revision.cell_count is
'Số ô có giá trị (ô) / Cells with a value (count)';
comment on column mart.revision.restated_count is
'Số ô được báo cáo từ hai lần trở lên với giá trị hoặc tình trạng khác (ô) / Cells stated at least twice, with another value or status (count)';
comment on column mart.revision.revised_count is
'Số ô có giá trị mới nhất khác giá trị đầu (ô) / Cells whose newest value differs from the first (count)';
comment on column mart.revision.mean_absolute_revision is
'Trung bình độ lớn điều chỉnh của các ô báo cáo lại, theo unit_code / Mean absolute revision of restated cells, in unit_code';
comment on column mart.revision.bias is
'Trung bình điều chỉnh có dấu của các ô báo cáo lại, theo unit_code / Mean signed revision of restated cells, in unit_code';
comment on column mart.revision.mean_absolute_revision_percent is
'Trung bình độ lớn điều chỉnh so với giá trị đầu (%) / Mean absolute revision relative to the first value (%)';
comment on column mart.revision.bias_percent is
'Trung bình điều chỉnh có dấu so với giá trị đầu (%) / Mean signed revision relative to the first value (%)';
