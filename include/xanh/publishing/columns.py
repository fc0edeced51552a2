"""The columns of what is published, with type and meaning in both languages: one description for every format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["text", "integer", "decimal", "date", "moment", "boolean"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a published table."""

    name: str
    kind: Kind
    title_vi: str
    title_en: str
    refers_to: str | None = None
    """The table whose `code` it holds."""


VALUE = (
    Column("indicator_code", "text", "Mã chỉ số", "Indicator", "indicator"),
    Column("series_code", "text", "Chuỗi: total là chung", "Series: total or a breakdown", "series"),
    Column("geography", "text", "Địa giới trình bày", "Geography shown", "geography"),
    Column("area_code", "text", "Mã địa bàn", "Area", "area"),
    Column("period", "text", "Kỳ", "Reference period", "period"),
    Column("frequency", "text", "Tần suất: M, Q, H, A", "Frequency: M, Q, H, A"),
    Column("period_start", "date", "Ngày đầu kỳ", "First day"),
    Column("period_end", "date", "Ngày cuối kỳ, tính cả ngày đó", "Last day, inclusive"),
    Column("value", "decimal", "Giá trị; trống là chưa có", "Value; empty is not known"),
    Column("unit_code", "text", "Đơn vị tính", "Unit"),
    Column("numerator", "decimal", "Tử số hoặc tổng", "Numerator or sum"),
    Column("denominator", "decimal", "Mẫu số", "Denominator"),
    Column("baseline_value", "decimal", "Giá trị năm gốc", "Value of the baseline year"),
    Column("baseline_year", "integer", "Năm gốc", "Baseline year"),
    Column("target_low", "decimal", "Mục tiêu: cận dưới", "Target: lower end"),
    Column("target_high", "decimal", "Mục tiêu: cận trên", "Target: upper end"),
    Column("progress", "text", "Tiến độ", "Progress"),
    Column("coverage", "decimal", "Độ phủ, 0 đến 1", "Coverage, 0 to 1"),
    Column("reporting_units_reported", "integer", "Số đơn vị đã báo cáo", "Units that reported"),
    Column("reporting_units_expected", "integer", "Số đơn vị phải báo cáo", "Units expected"),
    Column("obs_status", "text", "Tình trạng: A, P, E, M", "Status: A, P, E, M"),
    Column("derivation", "text", "Cách suy ra", "exact, estimated or not_derivable"),
    Column("footnote_vi", "text", "Chú thích", "Footnote in Vietnamese"),
    Column("footnote_en", "text", "Chú thích tiếng Anh", "Footnote in English"),
    Column("computed_at", "moment", "Công bố lúc", "Published at"),
)
VALUE_KEY = ("indicator_code", "series_code", "geography", "area_code", "period")

OBSERVATION = (
    Column("observation_id", "integer", "Mã số liệu", "Observation"),
    Column("measure_code", "text", "Mã chỉ tiêu thô", "Measure"),
    Column("item_code", "text", "Mã đối tượng", "Item"),
    Column("item_name", "text", "Tên đối tượng", "Item name"),
    Column("area_code", "text", "Mã địa bàn", "Area"),
    Column("period", "text", "Kỳ", "Reference period"),
    Column("frequency", "text", "Tần suất", "Frequency"),
    Column("period_start", "date", "Ngày đầu kỳ", "First day"),
    Column("period_end", "date", "Ngày cuối kỳ", "Last day, inclusive"),
    Column("flow", "text", "period, ytd, stock, plan", "period, ytd, stock, plan"),
    Column("obs_status", "text", "Tình trạng", "Status"),
    Column("value", "decimal", "Giá trị", "Value"),
    Column("unit_code", "text", "Đơn vị tính", "Unit"),
    Column("department_code", "text", "Đơn vị gửi", "Sender"),
    Column("form_code", "text", "Biểu", "Form"),
    Column("revision", "integer", "Lần báo cáo", "Revision"),
    Column("submission_id", "integer", "Hồ sơ", "Submission"),
    Column("source_file", "text", "Tệp nguồn", "Source file"),
    Column("source_sheet", "text", "Trang tính", "Sheet"),
    Column("source_cell", "text", "Ô", "Cell"),
    Column("known_from", "moment", "Biết từ", "Known from"),
)

_CODES = (
    Column("code", "text", "Mã", "Code"),
    Column("name_vi", "text", "Tên", "Name in Vietnamese"),
    Column("name_en", "text", "Tên tiếng Anh", "Name in English"),
)
_ORDER = Column("sort_order", "integer", "Thứ tự", "Sort order")
_VALIDITY = (
    Column("valid_from", "date", "Hiệu lực từ", "Valid from"),
    Column("valid_to", "date", "Hiệu lực đến", "Valid to"),
)

LISTS: dict[str, tuple[Column, ...]] = {
    "indicator": (
        *_CODES,
        _ORDER,
        Column("theme_code", "text", "Mã nhóm", "Theme"),
        Column("theme_vi", "text", "Nhóm", "Theme in Vietnamese"),
        Column("theme_en", "text", "Nhóm tiếng Anh", "Theme in English"),
        Column("tier", "text", "core, standard, extended", "core, standard, extended"),
        Column("unit_code", "text", "Đơn vị tính", "Unit"),
        Column("definition_vi", "text", "Định nghĩa", "Definition in Vietnamese"),
        Column("definition_en", "text", "Định nghĩa tiếng Anh", "Definition in English"),
        Column("kind", "text", "Cách tính", "Kind of computation"),
        Column("numerator", "text", "Các chỉ tiêu của tử số", "Measures of the numerator"),
        Column("denominator", "text", "Các chỉ tiêu của mẫu số", "Measures of the denominator"),
        Column("multiplier", "decimal", "Hệ số nhân", "Multiplier"),
        Column("direction", "text", "Chiều tốt", "Good direction"),
        Column("aggregate_time", "text", "Gộp theo thời gian", "Over time"),
        Column("aggregate_areas", "text", "Gộp theo địa bàn", "Over areas"),
        Column("aggregate_items", "text", "Gộp theo đối tượng", "Over items"),
        Column("frequency", "text", "Tần suất", "Frequency"),
        Column("reporters_vi", "text", "Cơ quan báo cáo", "Who reports"),
        Column("legal_source", "text", "Căn cứ", "Legal source"),
        Column("plan_sentence", "text", "Câu của Kế hoạch", "Sentence of the plan"),
        Column("sdg", "text", "Mục tiêu SDG", "SDG targets"),
        Column("source_status", "text", "Nguồn số liệu", "form, planned_form or none_yet"),
        Column("minimum_coverage", "decimal", "Độ phủ tối thiểu", "Minimum coverage"),
        Column("baseline_year", "integer", "Năm gốc", "Baseline year"),
        Column("baseline_version", "integer", "Phiên bản năm gốc", "Version of the baseline"),
        Column("target_low", "decimal", "Mục tiêu: cận dưới", "Target: lower end"),
        Column("target_high", "decimal", "Mục tiêu: cận trên", "Target: upper end"),
        Column("target_date", "date", "Ngày phải đạt", "Due date"),
        Column("target_vi", "text", "Mục tiêu bằng lời", "Target in words"),
        Column("national_2025_vi", "text", "Mục tiêu quốc gia 2025", "National target 2025"),
        Column("national_2030_vi", "text", "Mục tiêu quốc gia 2030", "National target 2030"),
        Column("status_definition", "text", "Định nghĩa: VERIFIED, ASSUMED", "Definition: VERIFIED or ASSUMED"),
        Column("status_target", "text", "Mục tiêu: VERIFIED, ASSUMED, none", "Target: VERIFIED, ASSUMED or none"),
        Column("note", "text", "Ghi chú", "Note"),
    ),
    "series": _CODES,
    "area": (
        *_CODES,
        _ORDER,
        *_VALIDITY,
        Column("level", "text", "Cấp", "Level"),
        Column("parent_code", "text", "Cấp trên", "Area above"),
    ),
    "period": (
        *_CODES,
        _ORDER,
        Column("frequency", "text", "Tần suất", "Frequency"),
        Column("period_start", "date", "Ngày đầu kỳ", "First day"),
        Column("period_end", "date", "Ngày cuối kỳ", "Last day"),
    ),
    "geography": (*_CODES, _ORDER, *_VALIDITY),
}


def as_text(value: Any) -> str:
    """The value as every text format writes it: empty for none, exact decimals with a point, ISO dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def as_cell(value: Any) -> str:
    """`as_text` for files that people open in a spreadsheet: text never starts a formula."""
    text = as_text(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in _FORMULA else text
