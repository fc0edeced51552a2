-- One row: a submission, also one that is still being processed.
create or replace view mart.submission as
select
    submission_id, department_code, form_code, file_name, sha256, received_at, verdict, period_code as period,
    area_code, revision, supersedes, observation_count, critical_count, warning_count, relative_path, state,
    layout, period_start, period_end, amendment, corrects, reason, code_version, catalog_hash, suites_hash,
    loaded_at, withdrawn_at, withdrawn_reason, received_seq
from intake.submission;

comment on view mart.submission is
'Hồ sơ: mỗi tệp đơn vị gửi, kết quả và lần báo cáo / Submissions: each file sent, its verdict and revision; counts without unit';
comment on column mart.submission.submission_id is
'Mã hồ sơ / Submission';
comment on column mart.submission.department_code is
'Mã đơn vị gửi, xem mart.department / Sender, see mart.department';
comment on column mart.submission.form_code is
'Mã biểu mẫu; nhiều biểu nối bằng dấu + / Form; several joined by +';
comment on column mart.submission.file_name is
'Tên tệp đơn vị đã gửi / Name of the file as sent';
comment on column mart.submission.sha256 is
'Dấu vân tay SHA-256 của tệp / SHA-256 of the bytes';
comment on column mart.submission.received_at is
'Thời điểm tiếp nhận / When it was received';
comment on column mart.submission.verdict is
'Kết quả: accepted, accepted_with_warnings, rejected, unreadable, unknown_form, not_permitted, duplicate; trống là đang xử lý / Verdict; NULL while in process';
comment on column mart.submission.period is
'Mã kỳ báo cáo / Period of the report';
comment on column mart.submission.area_code is
'Địa bàn của báo cáo, nếu có / Area of the report, where it has one';
comment on column mart.submission.revision is
'Lần báo cáo của cùng kỳ, chỉ có khi được nhận / Revision of the report, only when accepted';
comment on column mart.submission.supersedes is
'Hồ sơ bị hồ sơ này thay thế / Submission that this one replaced';
comment on column mart.submission.observation_count is
'Số giá trị đọc được và nạp (giá trị) / Values loaded (count)';
comment on column mart.submission.critical_count is
'Số lỗi nghiêm trọng (lỗi) / Critical findings (count)';
comment on column mart.submission.warning_count is
'Số cảnh báo (cảnh báo) / Warnings (count)';
comment on column mart.submission.relative_path is
'Đường dẫn trong thư mục của đơn vị / Path in the department’s folder';
comment on column mart.submission.state is
'Trạng thái xử lý: received, claimed, parsed, loaded, done / State of processing';
comment on column mart.submission.layout is
'Phiên bản mẫu biểu / Edition of the form';
comment on column mart.submission.period_start is
'Ngày đầu kỳ báo cáo / First day of the period';
comment on column mart.submission.period_end is
'Ngày cuối kỳ báo cáo, tính cả ngày đó / Last day of the period, inclusive';
comment on column mart.submission.amendment is
'Số lần sửa đổi, bổ sung ghi trong tiêu đề / The n of the amendment stated in the heading';
comment on column mart.submission.corrects is
'Hồ sơ mà tệp phản hồi đã sửa này trả lời / Submission whose marked workbook this corrects';
comment on column mart.submission.reason is
'Lý do khi không nạp / Why it was not loaded';
comment on column mart.submission.code_version is
'Phiên bản chương trình đã đọc / Version of the program that read it';
comment on column mart.submission.catalog_hash is
'Dấu vân tay danh mục đã dùng / Hash of the catalogue used';
comment on column mart.submission.suites_hash is
'Dấu vân tay bộ kiểm tra đã dùng / Hash of the suites used';
comment on column mart.submission.loaded_at is
'Thời điểm nạp / When it was loaded';
comment on column mart.submission.withdrawn_at is
'Thời điểm rút hồ sơ / When an operator withdrew it';
comment on column mart.submission.withdrawn_reason is
'Lý do rút / Why it was withdrawn';
comment on column mart.submission.received_seq is
'Thứ tự tiếp nhận của hồ sơ / Order of arrival of the submission';

-- One row: a finding of the reading of a submission that counts now.
create or replace view mart.issue as
select
    i.submission_id, i.severity, i.rule, i.responsibility, i.sheet, i.cell, i.value, i.message_vi, i.message_en,
    i.ordinal, array_to_string(i.cells, ', ') as cells, i.family
from intake.issue as i
join intake.submission as s on s.submission_id = i.submission_id and s.reading_no = i.reading_no;

comment on view mart.issue is
'Lỗi, cảnh báo và ghi chú của từng hồ sơ / Findings of each submission';
comment on column mart.issue.submission_id is
'Mã hồ sơ, xem mart.submission / Submission, see mart.submission';
comment on column mart.issue.severity is
'critical trả lại, warning nhận có lưu ý, info hệ thống đã tự xử lý / critical: rejects, warning: loads and flags, info: our own repair';
comment on column mart.issue.rule is
'Mã quy tắc / Rule';
comment on column mart.issue.responsibility is
'Bên phải xử lý: department đơn vị, us bộ phận vận hành / Who must act';
comment on column mart.issue.sheet is
'Trang tính / Sheet';
comment on column mart.issue.cell is
'Ô (ô đầu nếu có nhiều) / Cell, the first of several';
comment on column mart.issue.value is
'Nội dung ô như trong tệp / Text of the cell as written';
comment on column mart.issue.message_vi is
'Câu giải thích tiếng Việt / Sentence in Vietnamese';
comment on column mart.issue.message_en is
'Câu giải thích tiếng Anh / Sentence in English';
comment on column mart.issue.ordinal is
'Thứ tự trong hồ sơ / Order in the submission';
comment on column mart.issue.cells is
'Mọi ô của cùng nguyên nhân, cách nhau dấu phẩy / All cells of the same cause, separated by commas';
comment on column mart.issue.family is
'Nhóm lỗi / Family of the finding';

-- One row: a value that a revision added, changed or removed.
create or replace view mart.difference as
select
    submission_id, cause, kind, form_code, measure_code, item_code, item_name, area_code, period_code as period,
    period_start, period_end, flow, value_before, value_after, obs_status_before, obs_status_after, unit_code,
    source_sheet, source_cell, observation_before, observation_after, known_from
from intake.difference;

comment on view mart.difference is
'Thay đổi so với lần báo cáo trước: thêm, đổi, bỏ, với cả hai giá trị / What changed against the revision before, with both values; unit: unit_code';
comment on column mart.difference.submission_id is
'Mã hồ sơ, xem mart.submission / Submission, see mart.submission';
comment on column mart.difference.cause is
'loaded, reprocessed hoặc withdrawn / loaded, reprocessed or withdrawn';
comment on column mart.difference.kind is
'added thêm, changed đổi, removed bỏ / added, changed, removed';
comment on column mart.difference.form_code is
'Mã biểu mẫu / Form';
comment on column mart.difference.measure_code is
'Mã chỉ tiêu thô, xem mart.measure / Measure, see mart.measure';
comment on column mart.difference.item_code is
'Mã sản phẩm, cơ sở, cửa hàng... trong danh mục; hai mã nối bằng | là cơ sở và loại chất thải; trống nếu không có / Item of a register, see mart.item; two joined by | are facility and waste; NULL where none';
comment on column mart.difference.item_name is
'Tên sản phẩm, cơ sở, cửa hàng... thống nhất / Canonical label of the item';
comment on column mart.difference.area_code is
'Mã địa bàn phiên bản:mã, xem mart.area; trống nếu không gắn địa bàn / Area vintage:code, see mart.area; NULL where the value has no administrative area';
comment on column mart.difference.period is
'Mã kỳ: 2024-06, 2024-Q2, 2024-H1, 2024-9M (9 tháng đầu năm), 2024 / Period code, see mart.period; 2024-9M: the first nine months';
comment on column mart.difference.period_start is
'Ngày đầu của kỳ số liệu / First day of the reference period';
comment on column mart.difference.period_end is
'Ngày cuối của kỳ số liệu, tính cả ngày đó / Last day of the reference period, inclusive';
comment on column mart.difference.flow is
'period phát sinh trong kỳ, ytd lũy kế, stock cuối kỳ, plan kế hoạch năm / period: amount in the period, ytd: year to date, stock: state, plan: target of the year';
comment on column mart.difference.value_before is
'Giá trị trước, đơn vị ở unit_code / Value before, in unit_code';
comment on column mart.difference.value_after is
'Giá trị sau, đơn vị ở unit_code / Value after, in unit_code';
comment on column mart.difference.obs_status_before is
'Tình trạng trước / Status before';
comment on column mart.difference.obs_status_after is
'Tình trạng sau / Status after';
comment on column mart.difference.unit_code is
'Đơn vị tính thống nhất, xem mart.unit / Canonical unit, see mart.unit';
comment on column mart.difference.source_sheet is
'Trang tính trong tệp; trống với CSV / Sheet of the file; empty for a CSV';
comment on column mart.difference.source_cell is
'Ô chứa số liệu; nhiều ô nối bằng dấu + / Cell; a sum of cells is joined by +';
comment on column mart.difference.observation_before is
'Mã giá trị trước / Key of the value before';
comment on column mart.difference.observation_after is
'Mã giá trị sau / Key of the value after';
comment on column mart.difference.known_from is
'Thời điểm kho bắt đầu biết giá trị này / When the warehouse learnt the value';
