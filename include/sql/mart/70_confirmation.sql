-- One row: a value that looked wrong and that its sender has confirmed; a footnote to the observation.
create or replace view mart.confirmation as
select
    c.confirmation_id, o.observation_id, c.submission_id, c.corrects, c.department_code, c.form_code, c.period_code as period,
    c.rule, c.sheet, c.cell, c.value, c.reason_code, c.words, c.who, c.confirmed_at,
    'Đơn vị đã xác nhận: ' || c.words as note_vi,
    'Confirmed by the sender: ' || c.words as note_en
from intake.confirmation as c
left join core.observation as o
    on o.department_code = c.department_code
    and o.form_code = c.form_code
    and o.source_sheet = c.sheet
    and (o.source_cell = c.cell or c.cell = any(string_to_array(o.source_cell, '+')))
    and o.source_value is not distinct from c.value
    and o.known_to is null
    and o.submission_id in (
        select s.submission_id
        from intake.submission as s
        where s.period_code = c.period_code
    );

comment on view mart.confirmation is
'Giá trị bất thường mà đơn vị gửi đã xác nhận là đúng; chú thích cho số liệu / Unusual values that their sender confirmed; a footnote to the observation';
comment on column mart.confirmation.confirmation_id is
'Mã xác nhận / Key of the confirmation';
comment on column mart.confirmation.observation_id is
'Giá trị được chú thích, xem mart.observation; trống nếu ô không phải số liệu được ghi nhận / Observation, see mart.observation; NULL where the cell carries none';
comment on column mart.confirmation.submission_id is
'Hồ sơ chứa xác nhận / Submission that holds the confirmation';
comment on column mart.confirmation.corrects is
'Hồ sơ có cảnh báo / Submission with the finding';
comment on column mart.confirmation.department_code is
'Mã đơn vị gửi, xem mart.department / Sender, see mart.department';
comment on column mart.confirmation.form_code is
'Mã biểu mẫu / Form';
comment on column mart.confirmation.period is
'Mã kỳ của báo cáo / Period of the report';
comment on column mart.confirmation.rule is
'Mã quy tắc được bỏ qua cho giá trị này / Rule that is silent for this value';
comment on column mart.confirmation.sheet is
'Trang tính / Sheet';
comment on column mart.confirmation.cell is
'Ô / Cell';
comment on column mart.confirmation.value is
'Nội dung ô khi xác nhận / Text of the cell when it was confirmed';
comment on column mart.confirmation.reason_code is
'Mã lý do / Reason';
comment on column mart.confirmation.words is
'Lý do như đơn vị đã chọn hoặc ghi / Reason as chosen or written';
comment on column mart.confirmation.who is
'Người xác nhận như đã ghi; trống nếu không ghi / Who confirmed, as written; empty when nobody signed';
comment on column mart.confirmation.confirmed_at is
'Thời điểm nhận xác nhận / When the confirmation was received';
comment on column mart.confirmation.note_vi is
'Chú thích tiếng Việt / Footnote in Vietnamese';
comment on column mart.confirmation.note_en is
'Chú thích tiếng Anh / Footnote in English';
