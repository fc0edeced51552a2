-- One row: a value as it was known in some interval, superseded ones included.
create or replace view mart.observation_history as
select
    o.observation_id, o.measure_code, o.item_code, o.item_name, o.area_code, o.period_start, o.period_end,
    o.period_code as period, o.frequency, o.flow, o.obs_status, o.value, o.unit_code, o.revision, o.submission_id,
    o.department_code, o.form_code, o.source_file, o.source_sheet, o.source_cell, o.source_label, o.source_value,
    o.source_unit, o.known_from, o.known_to, o.factor, o.factor_version, o.period_basis, o.source_period_end,
    o.received_seq
from core.observation as o;

comment on view mart.observation_history is
'Mọi giá trị cùng khoảng thời gian kho biết đến, kể cả giá trị đã bị thay / Every value with the interval in which it was known, superseded ones included; unit: unit_code';
comment on column mart.observation_history.observation_id is
'Mã giá trị / Key of the value';
comment on column mart.observation_history.measure_code is
'Mã chỉ tiêu thô, xem mart.measure / Measure, see mart.measure';
comment on column mart.observation_history.item_code is
'Mã sản phẩm, cơ sở, cửa hàng... trong danh mục; hai mã nối bằng | là cơ sở và loại chất thải; trống nếu không có / Item of a register, see mart.item; two joined by | are facility and waste; NULL where none';
comment on column mart.observation_history.item_name is
'Tên sản phẩm, cơ sở, cửa hàng... thống nhất / Canonical label of the item';
comment on column mart.observation_history.area_code is
'Mã địa bàn phiên bản:mã, xem mart.area; trống nếu không gắn địa bàn / Area vintage:code, see mart.area; NULL where the value has no administrative area';
comment on column mart.observation_history.period_start is
'Ngày đầu của kỳ số liệu / First day of the reference period';
comment on column mart.observation_history.period_end is
'Ngày cuối của kỳ số liệu, tính cả ngày đó / Last day of the reference period, inclusive';
comment on column mart.observation_history.period is
'Mã kỳ: 2024-06, 2024-Q2, 2024-H1, 2024-9M (9 tháng đầu năm), 2024 / Period code, see mart.period; 2024-9M: the first nine months';
comment on column mart.observation_history.frequency is
'Loại kỳ: M tháng, Q quý, H nửa năm, N các tháng đầu năm (9M là 9 tháng), A năm / Frequency: M month, Q quarter, H half year, N first months of a year (9M: nine), A year';
comment on column mart.observation_history.flow is
'period phát sinh trong kỳ, ytd lũy kế, stock cuối kỳ, plan kế hoạch năm / period: amount in the period, ytd: year to date, stock: state, plan: target of the year';
comment on column mart.observation_history.obs_status is
'A chính thức, P sơ bộ, E ước tính, M chưa có số / A final, P preliminary, E estimate, M missing';
comment on column mart.observation_history.value is
'Giá trị theo đơn vị ở cột unit_code; trống là chưa có, không phải 0 / Value in unit_code; NULL is not known, not zero';
comment on column mart.observation_history.unit_code is
'Đơn vị tính thống nhất, xem mart.unit / Canonical unit, see mart.unit';
comment on column mart.observation_history.revision is
'Lần báo cáo (1 là lần đầu) đã đưa giá trị này / Revision of the report (1 is the first) that brought this value';
comment on column mart.observation_history.submission_id is
'Mã hồ sơ, xem mart.submission / Submission, see mart.submission';
comment on column mart.observation_history.department_code is
'Mã đơn vị gửi, xem mart.department / Sender, see mart.department';
comment on column mart.observation_history.form_code is
'Mã biểu mẫu / Form';
comment on column mart.observation_history.source_file is
'Tên tệp đơn vị đã gửi / Name of the file as sent';
comment on column mart.observation_history.source_sheet is
'Trang tính trong tệp; trống với CSV / Sheet of the file; empty for a CSV';
comment on column mart.observation_history.source_cell is
'Ô chứa số liệu; nhiều ô nối bằng dấu + / Cell; a sum of cells is joined by +';
comment on column mart.observation_history.source_label is
'Tên dòng như trong tệp / Row label as written in the file';
comment on column mart.observation_history.source_value is
'Nội dung ô như trong tệp; trống khi ô trống và biểu mẫu coi đó là không / Text of the cell as written; NULL where the cell is empty and the form takes that for none';
comment on column mart.observation_history.source_unit is
'Đơn vị tính như trong tệp; trống khi ô không ghi lượng (dấu x, có, không) / Unit as written in the file; NULL where the cell holds no amount (a tick, yes, no)';
comment on column mart.observation_history.known_from is
'Thời điểm kho bắt đầu biết giá trị này / When the warehouse learnt the value';
comment on column mart.observation_history.known_to is
'Thời điểm giá trị bị thay; trống là đang có hiệu lực / When it was superseded; NULL while current';
comment on column mart.observation_history.factor is
'Hệ số đã nhân từ đơn vị trong tệp sang đơn vị thống nhất (không đơn vị) / Factor from the written to the canonical unit (no unit)';
comment on column mart.observation_history.factor_version is
'Phiên bản hệ số quy đổi, nếu là quy ước / Version of the factor where it is a convention';
comment on column mart.observation_history.period_basis is
'calendar: kỳ dương lịch; admin_15_14: từ ngày 15 đến ngày 14 / calendar, or the administrative month from the 15th to the 14th';
comment on column mart.observation_history.source_period_end is
'Ngày cuối kỳ của báo cáo chứa giá trị / Last day of the period of the report that holds the value';
comment on column mart.observation_history.received_seq is
'Thứ tự tiếp nhận của hồ sơ / Order of arrival of the submission';

-- One row: the best current value of a cell from one sender and form: a value before none, final over preliminary over
-- estimate, then the latest report, then the latest arrival.
create or replace view mart.observation as
select distinct on (measure_code, coalesce(item_code, item_name), area_code, period_start, period_end, flow, department_code, form_code)
    observation_id, measure_code, item_code, item_name, area_code, period_start, period_end, period, frequency,
    flow, obs_status, value, unit_code, revision, submission_id, department_code, form_code, source_file,
    source_sheet, source_cell, source_label, source_value, source_unit, known_from, factor, factor_version,
    period_basis, source_period_end, received_seq
from mart.observation_history
where known_to is null
order by
    measure_code, coalesce(item_code, item_name), area_code, period_start, period_end, flow, department_code, form_code,
    (value is null), array_position(array['A', 'P', 'E', 'M'], obs_status), source_period_end desc, received_seq desc,
    observation_id desc;

comment on view mart.observation is
'Giá trị tốt nhất hiện nay của từng đơn vị gửi và biểu: chính thức hơn sơ bộ, sơ bộ hơn ước tính, mới hơn thay cũ / The best current value of each sender and form: final over preliminary over estimate, newest within; unit: unit_code';
comment on column mart.observation.observation_id is
'Mã giá trị / Key of the value';
comment on column mart.observation.measure_code is
'Mã chỉ tiêu thô, xem mart.measure / Measure, see mart.measure';
comment on column mart.observation.item_code is
'Mã sản phẩm, cơ sở, cửa hàng... trong danh mục; hai mã nối bằng | là cơ sở và loại chất thải; trống nếu không có / Item of a register, see mart.item; two joined by | are facility and waste; NULL where none';
comment on column mart.observation.item_name is
'Tên sản phẩm, cơ sở, cửa hàng... thống nhất / Canonical label of the item';
comment on column mart.observation.area_code is
'Mã địa bàn phiên bản:mã, xem mart.area; trống nếu không gắn địa bàn / Area vintage:code, see mart.area; NULL where the value has no administrative area';
comment on column mart.observation.period_start is
'Ngày đầu của kỳ số liệu / First day of the reference period';
comment on column mart.observation.period_end is
'Ngày cuối của kỳ số liệu, tính cả ngày đó / Last day of the reference period, inclusive';
comment on column mart.observation.period is
'Mã kỳ: 2024-06, 2024-Q2, 2024-H1, 2024-9M (9 tháng đầu năm), 2024 / Period code, see mart.period; 2024-9M: the first nine months';
comment on column mart.observation.frequency is
'Loại kỳ: M tháng, Q quý, H nửa năm, N các tháng đầu năm (9M là 9 tháng), A năm / Frequency: M month, Q quarter, H half year, N first months of a year (9M: nine), A year';
comment on column mart.observation.flow is
'period phát sinh trong kỳ, ytd lũy kế, stock cuối kỳ, plan kế hoạch năm / period: amount in the period, ytd: year to date, stock: state, plan: target of the year';
comment on column mart.observation.obs_status is
'A chính thức, P sơ bộ, E ước tính, M chưa có số / A final, P preliminary, E estimate, M missing';
comment on column mart.observation.value is
'Giá trị theo đơn vị ở cột unit_code; trống là chưa có, không phải 0 / Value in unit_code; NULL is not known, not zero';
comment on column mart.observation.unit_code is
'Đơn vị tính thống nhất, xem mart.unit / Canonical unit, see mart.unit';
comment on column mart.observation.revision is
'Lần báo cáo (1 là lần đầu) đã đưa giá trị này / Revision of the report (1 is the first) that brought this value';
comment on column mart.observation.submission_id is
'Mã hồ sơ, xem mart.submission / Submission, see mart.submission';
comment on column mart.observation.department_code is
'Mã đơn vị gửi, xem mart.department / Sender, see mart.department';
comment on column mart.observation.form_code is
'Mã biểu mẫu / Form';
comment on column mart.observation.source_file is
'Tên tệp đơn vị đã gửi / Name of the file as sent';
comment on column mart.observation.source_sheet is
'Trang tính trong tệp; trống với CSV / Sheet of the file; empty for a CSV';
comment on column mart.observation.source_cell is
'Ô chứa số liệu; nhiều ô nối bằng dấu + / Cell; a sum of cells is joined by +';
comment on column mart.observation.source_label is
'Tên dòng như trong tệp / Row label as written in the file';
comment on column mart.observation.source_value is
'Nội dung ô như trong tệp; trống khi ô trống và biểu mẫu coi đó là không / Text of the cell as written; NULL where the cell is empty and the form takes that for none';
comment on column mart.observation.source_unit is
'Đơn vị tính như trong tệp; trống khi ô không ghi lượng (dấu x, có, không) / Unit as written in the file; NULL where the cell holds no amount (a tick, yes, no)';
comment on column mart.observation.known_from is
'Thời điểm kho bắt đầu biết giá trị này / When the warehouse learnt the value';
comment on column mart.observation.factor is
'Hệ số đã nhân từ đơn vị trong tệp sang đơn vị thống nhất (không đơn vị) / Factor from the written to the canonical unit (no unit)';
comment on column mart.observation.factor_version is
'Phiên bản hệ số quy đổi, nếu là quy ước / Version of the factor where it is a convention';
comment on column mart.observation.period_basis is
'calendar: kỳ dương lịch; admin_15_14: từ ngày 15 đến ngày 14 / calendar, or the administrative month from the 15th to the 14th';
comment on column mart.observation.source_period_end is
'Ngày cuối kỳ của báo cáo chứa giá trị / Last day of the period of the report that holds the value';
comment on column mart.observation.received_seq is
'Thứ tự tiếp nhận của hồ sơ / Order of arrival of the submission';

-- One row: what mart.observation showed at a moment.
create or replace function mart.observation_asof(as_of timestamptz) returns setof mart.observation
language sql stable
begin atomic
    select distinct on (measure_code, coalesce(item_code, item_name), area_code, period_start, period_end, flow, department_code, form_code)
        observation_id, measure_code, item_code, item_name, area_code, period_start, period_end, period, frequency,
        flow, obs_status, value, unit_code, revision, submission_id, department_code, form_code, source_file,
        source_sheet, source_cell, source_label, source_value, source_unit, known_from, factor, factor_version,
        period_basis, source_period_end, received_seq
    from mart.observation_history
    where known_from <= as_of and (known_to > as_of or known_to is null)
    order by
        measure_code, coalesce(item_code, item_name), area_code, period_start, period_end, flow, department_code, form_code,
        (value is null), array_position(array['A', 'P', 'E', 'M'], obs_status), source_period_end desc, received_seq desc,
        observation_id desc;
end;

comment on function mart.observation_asof(timestamptz) is
'Bảng mart.observation như kho biết tại một thời điểm / mart.observation as it stood at that moment';
