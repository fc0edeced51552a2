-- One row: a value that a later submission stated again unchanged; it stays one value of the submission that stated it first.
create or replace view mart.restatement as
select submission_id, observation_id, source_sheet, source_cell, source_label, source_value, source_unit
from core.restated;

comment on view mart.restatement is
'Giá trị được hồ sơ sau nhắc lại không đổi / Values that a later submission stated again unchanged; unit: as written, source_unit';
comment on column mart.restatement.submission_id is
'Hồ sơ nhắc lại, xem mart.submission / The submission that stated it again, see mart.submission';
comment on column mart.restatement.observation_id is
'Giá trị được nhắc lại, xem mart.observation_history / The value stated again, see mart.observation_history';
comment on column mart.restatement.source_sheet is
'Trang tính trong tệp nhắc lại / Sheet in the later file';
comment on column mart.restatement.source_cell is
'Ô trong tệp nhắc lại / Cell in the later file';
comment on column mart.restatement.source_label is
'Tên dòng như trong tệp nhắc lại / Row label as written in the later file';
comment on column mart.restatement.source_value is
'Nội dung ô trong tệp nhắc lại / Text of the cell in the later file';
comment on column mart.restatement.source_unit is
'Đơn vị tính như trong tệp nhắc lại / Unit as written in the later file';
