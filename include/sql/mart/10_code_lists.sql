-- One row: a measure.
create or replace view mart.measure as
select
    measure_code as code, name_vi, name_en, sort_order, null::date as valid_from, null::date as valid_to,
    unit_code, kind, grain, frequency, reporter, form_code
from core.measure;

comment on view mart.measure is
'Chỉ tiêu thô mà đơn vị báo cáo / Measures that departments report';
comment on column mart.measure.code is
'Mã / Code';
comment on column mart.measure.name_vi is
'Tên tiếng Việt / Name in Vietnamese';
comment on column mart.measure.name_en is
'Tên tiếng Anh / Name in English';
comment on column mart.measure.sort_order is
'Thứ tự hiển thị / Order of display';
comment on column mart.measure.valid_from is
'Hiệu lực từ ngày / Valid from';
comment on column mart.measure.valid_to is
'Hiệu lực đến hết ngày; trống là còn hiệu lực / Valid to, inclusive; NULL while valid';
comment on column mart.measure.unit_code is
'Đơn vị tính thống nhất; trống nếu mỗi mặt hàng có đơn vị riêng / Canonical unit; NULL where each item has its own';
comment on column mart.measure.kind is
'flow cộng được theo thời gian, stock số cuối kỳ, status 0 hoặc 1, index chỉ số / flow: summable over time, stock: last value, status: 0 or 1, index: base 100';
comment on column mart.measure.grain is
'Mức chi tiết / Grain';
comment on column mart.measure.frequency is
'Định kỳ báo cáo: month, quarter, half, year / Reporting frequency';
comment on column mart.measure.reporter is
'Đơn vị báo cáo / Reporter';
comment on column mart.measure.form_code is
'Biểu mẫu nguồn / Form it stands in';

-- One row: an administrative area of one vintage.
create or replace view mart.area as
select
    area_code as code, name_vi, name_en, sort_order, valid_from, valid_to, vintage, level, unit_type, is_urban,
    parent_code, short_name
from core.area;

comment on view mart.area is
'Địa bàn hành chính của các thời kỳ / Administrative areas of each vintage';
comment on column mart.area.code is
'Mã phiên bản:mã, dùng cho area_code / Key vintage:code, as in area_code';
comment on column mart.area.name_vi is
'Tên tiếng Việt / Name in Vietnamese';
comment on column mart.area.name_en is
'Tên tiếng Anh / Name in English';
comment on column mart.area.sort_order is
'Thứ tự hiển thị / Order of display';
comment on column mart.area.valid_from is
'Hiệu lực từ ngày / Valid from';
comment on column mart.area.valid_to is
'Hiệu lực đến hết ngày; trống là còn hiệu lực / Valid to, inclusive; NULL while valid';
comment on column mart.area.vintage is
'Phiên bản địa giới: B đến 30/6/2025, C từ 1/7/2025, ALL cả hai / Vintage of the map: B to 2025-06-30, C from 2025-07-01, ALL both';
comment on column mart.area.level is
'Cấp: province, district, commune / Level';
comment on column mart.area.unit_type is
'Loại đơn vị hành chính / Type of unit';
comment on column mart.area.is_urban is
'Là đô thị / Is urban';
comment on column mart.area.parent_code is
'Địa bàn cấp trên / Area above';
comment on column mart.area.short_name is
'Tên không kèm loại / Name without its type';

-- One row: a calendar period; besides those that forms report for, the months of a year up to each month (2025-10M), which
-- cumulative observations have. They stand behind the longest period that ends before them.
create or replace view mart.period as
select
    period_code as code, name_vi, name_en, sort_order, period_start as valid_from, period_end as valid_to,
    frequency, period_start, period_end, extract(year from period_start)::integer as year,
    case when frequency in ('M', 'Q') then extract(quarter from period_start)::integer end as quarter,
    case when frequency = 'M' then extract(month from period_start)::integer end as month
from core.period
union all
select
    y.period_code || '-' || n.months || 'M' as code, n.months || ' tháng đầu năm ' || y.period_code as name_vi,
    'First ' || n.words || ' months of ' || y.period_code as name_en, y.sort_order - n.before as sort_order,
    y.period_start as valid_from, e.period_end as valid_to, 'N' as frequency, y.period_start, e.period_end,
    extract(year from y.period_start)::integer as year, null::integer as quarter, null::integer as month
from core.period as y
cross join (
    values (2, 'two', 4), (4, 'four', 3), (5, 'five', 3), (7, 'seven', 2), (8, 'eight', 2), (10, 'ten', 1), (11, 'eleven', 1)
) as n (months, words, before)
cross join lateral (
    select (y.period_start + make_interval(months => n.months) - interval '1 day')::date as period_end
) as e
where y.frequency = 'A';

comment on view mart.period is
'Kỳ dương lịch, cả lũy kế từ đầu năm / Calendar periods, also from the start of a year';
comment on column mart.period.code is
'Mã / Code';
comment on column mart.period.name_vi is
'Tên tiếng Việt / Name in Vietnamese';
comment on column mart.period.name_en is
'Tên tiếng Anh / Name in English';
comment on column mart.period.sort_order is
'Thứ tự hiển thị / Order of display';
comment on column mart.period.valid_from is
'Ngày đầu kỳ / First day';
comment on column mart.period.valid_to is
'Ngày cuối kỳ / Last day';
comment on column mart.period.frequency is
'Loại kỳ: M tháng, Q quý, H nửa năm, N các tháng đầu năm (9M là 9 tháng), A năm / Frequency: M month, Q quarter, H half year, N first months of a year (9M: nine), A year';
comment on column mart.period.period_start is
'Ngày đầu kỳ / First day';
comment on column mart.period.period_end is
'Ngày cuối kỳ, tính cả ngày đó / Last day, inclusive';
comment on column mart.period.year is
'Năm / Year';
comment on column mart.period.quarter is
'Quý, 1 đến 4 / Quarter, 1 to 4';
comment on column mart.period.month is
'Tháng, 1 đến 12 / Month, 1 to 12';

-- One row: a department.
create or replace view mart.department as
select
    department_code as code, name_vi, name_en, sort_order, valid_from, valid_to, area_code, group_code
from core.department;

comment on view mart.department is
'Đơn vị gửi báo cáo, theo tên mới nhất / Departments that report, under their newest name';
comment on column mart.department.code is
'Mã / Code';
comment on column mart.department.name_vi is
'Tên tiếng Việt / Name in Vietnamese';
comment on column mart.department.name_en is
'Tên tiếng Anh / Name in English';
comment on column mart.department.sort_order is
'Thứ tự hiển thị / Order of display';
comment on column mart.department.valid_from is
'Hiệu lực từ ngày / Valid from';
comment on column mart.department.valid_to is
'Hiệu lực đến hết ngày; trống là còn hiệu lực / Valid to, inclusive; NULL while valid';
comment on column mart.department.area_code is
'Địa bàn của ủy ban nhân dân / Area that a people’s committee governs';
comment on column mart.department.group_code is
'Nhóm đơn vị / Group';

-- One row: a unit of measurement; also the units that only indicators have (TOE/tấn), which convert into no other.
create or replace view mart.unit as
select
    unit_code as code, unit_code as name_vi, name_en, sort_order, null::date as valid_from, null::date as valid_to,
    symbol, dimension, to_base, factor_version
from core.unit
union all
select
    i.unit_code as code, i.unit_code as name_vi, i.unit_code as name_en,
    (select max(u.sort_order) from core.unit as u) + min(i.sort_order) as sort_order,
    null::date as valid_from, null::date as valid_to, i.unit_code as symbol, 'indicator' as dimension,
    null::numeric as to_base, null::text as factor_version
from core.indicator as i
where not exists (select from core.unit as u where u.unit_code = i.unit_code)
group by i.unit_code;

comment on view mart.unit is
'Đơn vị tính / Units of measurement';
comment on column mart.unit.code is
'Mã / Code';
comment on column mart.unit.name_vi is
'Tên tiếng Việt / Name in Vietnamese';
comment on column mart.unit.name_en is
'Tên tiếng Anh / Name in English';
comment on column mart.unit.sort_order is
'Thứ tự hiển thị / Order of display';
comment on column mart.unit.valid_from is
'Hiệu lực từ ngày / Valid from';
comment on column mart.unit.valid_to is
'Hiệu lực đến hết ngày; trống là còn hiệu lực / Valid to, inclusive; NULL while valid';
comment on column mart.unit.symbol is
'Ký hiệu / Symbol';
comment on column mart.unit.dimension is
'Đại lượng; indicator là đơn vị chỉ có ở chỉ số / Dimension; indicator: a unit that only indicators have';
comment on column mart.unit.to_base is
'Hệ số sang đơn vị gốc của đại lượng (không đơn vị); trống khi không quy đổi / Factor to the base unit of the dimension (no unit); NULL where nothing converts';
comment on column mart.unit.factor_version is
'Phiên bản hệ số quy đổi, nếu là quy ước / Version of the factor where it is a convention';

-- One row: an item of a register.
create or replace view mart.item as
select
    item_code as code, name_vi, name_en, sort_order, valid_from, valid_to, register, kind, tax_code, measure_code,
    vsic2018, vsic2025, capacity_mw
from core.item;

comment on view mart.item is
'Sản phẩm, cơ sở, cửa hàng, nhà máy, khu cụm, đội / Products, facilities, stores, plants, zones, teams';
comment on column mart.item.code is
'Mã / Code';
comment on column mart.item.name_vi is
'Tên tiếng Việt / Name in Vietnamese';
comment on column mart.item.name_en is
'Tên tiếng Anh / Name in English';
comment on column mart.item.sort_order is
'Thứ tự hiển thị / Order of display';
comment on column mart.item.valid_from is
'Hiệu lực từ ngày / Valid from';
comment on column mart.item.valid_to is
'Hiệu lực đến hết ngày; trống là còn hiệu lực / Valid to, inclusive; NULL while valid';
comment on column mart.item.register is
'Danh mục chứa mục này / Register';
comment on column mart.item.kind is
'Loại trong danh mục / Kind within the register';
comment on column mart.item.tax_code is
'Mã số thuế / Tax code';
comment on column mart.item.measure_code is
'Chỉ tiêu sản lượng của mục / Measure of its output';
comment on column mart.item.vsic2018 is
'Mã ngành VSIC 2018 / Industry code of VSIC 2018';
comment on column mart.item.vsic2025 is
'Mã ngành VSIC 2025 / Industry code of VSIC 2025';
comment on column mart.item.capacity_mw is
'Công suất (MW) / Capacity (MW)';

-- One row: a form.
create or replace view mart.form as
select
    form_code as code, name_vi, name_en, sort_order, null::date as valid_from, null::date as valid_to, frequency,
    semantics
from core.form;

comment on view mart.form is
'Biểu mẫu / Forms';
comment on column mart.form.code is
'Mã / Code';
comment on column mart.form.name_vi is
'Tên tiếng Việt / Name in Vietnamese';
comment on column mart.form.name_en is
'Tên tiếng Anh / Name in English';
comment on column mart.form.sort_order is
'Thứ tự hiển thị / Order of display';
comment on column mart.form.valid_from is
'Hiệu lực từ ngày / Valid from';
comment on column mart.form.valid_to is
'Hiệu lực đến hết ngày; trống là còn hiệu lực / Valid to, inclusive; NULL while valid';
comment on column mart.form.frequency is
'Định kỳ: month, quarter, half, year / Frequency';
comment on column mart.form.semantics is
'Lần gửi sau: full thay toàn bộ, delta bổ sung, correction sửa một phần / A later file: full replaces all, delta adds, correction amends';
