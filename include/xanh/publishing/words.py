"""Numbers, periods and assessments as a Vietnamese report writes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from xanh.language.exact import rounded
from xanh.settings import TIME_ZONE

NOT_KNOWN = "…"
PROGRESS = {
    "met": "Đạt",
    "on_track": "Đúng tiến độ",
    "off_track": "Chưa đạt tiến độ",
    "no_data": "Chưa đủ số liệu",
    "not_applicable": "Không đánh giá",
}
STATES = {
    "on_time": "Đúng hạn",
    "late": "Nộp chậm",
    "missing": "Chưa nộp",
    "nil": "Không phát sinh",
    "exempt": "Được miễn",
}


def number(value: Decimal | None, digits: int = 1) -> str:
    """12.345,6 with at most `digits` after the comma; … for what is not known."""
    if value is None:
        return NOT_KNOWN
    shown = rounded(value, digits)
    text = f"{shown:,.{digits}f}".rstrip("0").rstrip(".") if digits else f"{shown:,.0f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def target(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    """100 %, 5 - 8 % or 1 - 2 mô hình."""
    ends = [number(end) for end in (low, high) if end is not None]
    return f"{' - '.join(ends)} {unit}"


def share(part: int | None, whole: int | None) -> str:
    """47/56 units; empty where nobody is expected."""
    return f"{part or 0}/{whole}" if whole else ""


def period(code: str) -> str:
    """6 tháng đầu năm 2025, quý III/2025, tháng 6/2025, năm 2025."""
    year, _, part = code.partition("-")
    if not part:
        return f"năm {year}"
    if part.startswith("Q"):
        return f"quý {('I', 'II', 'III', 'IV')[int(part[1]) - 1]}/{year}"
    if part.startswith("H"):
        return f"6 tháng {'đầu' if part == 'H1' else 'cuối'} năm {year}"
    return f"tháng {int(part)}/{year}"


def day(moment: date | datetime) -> str:
    """ngày 05 tháng 01 năm 2026, in the time of the province."""
    local = moment.astimezone(TIME_ZONE) if isinstance(moment, datetime) else moment
    return f"ngày {local.day:02} tháng {local.month:02} năm {local.year}"


def assessment(row: dict[str, object] | None, *, is_register: bool) -> str:
    """One sentence on a target line for somebody who reads nothing else.

    `is_register`: a coverage target, for which a unit that has not reported counts as one that has not done it.
    """
    if row is None or row["value"] is None:
        return f"Chưa đủ số liệu để đánh giá. {row['footnote_vi'] or '' if row else ''}".strip()
    parts = [f"{PROGRESS[str(row['progress'])]}: {number(_decimal(row['value']))} {row['unit_code']}"]
    parts.append(f"{period(str(row['period']))}")
    distance = _decimal(row["distance"])
    if distance is not None and distance < 0:
        parts.append(f"còn thiếu {number(-distance)} {'điểm %' if row['unit_code'] == '%' else row['unit_code']}")
    reported, expected = row["reporting_units_reported"], row["reporting_units_expected"]
    late = ""
    if isinstance(reported, int) and isinstance(expected, int) and 0 < reported < expected:
        silent = (
            "đơn vị chưa báo cáo được tính là chưa thực hiện"
            if is_register
            else "kết quả tính theo các đơn vị đã báo cáo"
        )
        late = f" Mới có {reported}/{expected} đơn vị báo cáo; {silent}."
    return f"{', '.join(parts)}.{late}"


def some_names(names: str, limit: int = 12) -> str:
    """At most `limit` names of a list, and how many there are besides."""
    every = names.split(", ")
    rest = len(every) - limit
    return names if rest <= 1 else f"{', '.join(every[:limit])} và {rest} đơn vị khác"


def _decimal(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None
