"""Workbooks built from rows of plain values, for the tests of recognise and harmonise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from xanh.catalog import Catalog
from xanh.model import Cell, Issue, Merge, Reading, Sheet, Workbook
from xanh.reading.harmonise import read

RECEIVED = date(2026, 1, 1)


def cell(row: int, column: int, value: Any) -> Cell:
    """A cell as the parser would give it."""
    if isinstance(value, Cell):
        return value
    if isinstance(value, str):
        return Cell(row, column, "text", value)
    number = Decimal(str(value))
    return Cell(row, column, "number", format(number, "f"))


def sheet(
    rows: Sequence[Sequence[Any]],
    name: str = "Bieu",
    *,
    merges: Sequence[Merge] = (),
    is_visible: bool = True,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    top: int = 1,
    left: int = 1,
) -> Sheet:
    """A sheet of rows; None and "" are empty cells."""
    cells = {
        (row, column): cell(row, column, value)
        for row, values in enumerate(rows, start=top)
        for column, value in enumerate(values, start=left)
        if value is not None and value != ""
    }
    return Sheet(name, cells, is_visible, tuple(merges), frozenset(hidden_rows), frozenset(hidden_columns))


def workbook(*sheets: Sheet, container: str = "xlsx") -> Workbook:
    """A workbook of sheets."""
    return Workbook(container, sheets)


def read_rows(
    catalog: Catalog, rows: Sequence[Sequence[Any]], department: str, file_name: str = "bieu.xlsx", **options: Any
) -> Reading:
    """The reading of one sheet."""
    return read(workbook(sheet(rows, **options)), catalog, department, file_name, RECEIVED)


def rules(reading: Reading, severity: str | None = None) -> list[str]:
    """The rule ids of the issues, info left out unless it is asked for."""
    wanted = (severity,) if severity else ("critical", "warning")
    return [issue.rule for issue in reading.issues if issue.severity in wanted]


def issue(reading: Reading, rule: str) -> Issue:
    """The first issue of a rule."""
    return next(each for each in reading.issues if each.rule == rule)


def values(reading: Reading) -> dict[tuple[str, str, str], Decimal | None]:
    """Measure, period start and flow -> value."""
    return {(o.measure, o.period.start.isoformat(), o.flow): o.value for o in reading.observations}


def f01(
    *body: Sequence[Any], month: int = 6, year: int = 2024, title: str | None = None, code_row: bool = True
) -> list[list[Any]]:
    """Form F01 with one header row a group and sub-headings; body rows are product, unit, plan, previous, estimate, year to date."""
    previous = f"{month - 1}/{year}" if month > 1 else f"12/{year - 1}"
    period = f"THÁNG {month} VÀ {month} THÁNG {year}" if month > 1 else f"THÁNG 01 NĂM {year}"
    cumulative = [f"Lũy kế {month} tháng năm {year}"] if month > 1 else []
    rows: list[list[Any]] = [
        ["ỦY BAN NHÂN DÂN TỈNH CAO BẰNG"],
        ["SỞ CÔNG THƯƠNG"],
        [],
        ["Biểu số 01/SCT-CN"],
        [title or f"TÌNH HÌNH SẢN XUẤT SẢN PHẨM CÔNG NGHIỆP CHỦ YẾU {period}"],
        [],
        ["STT", "Sản phẩm", "Đơn vị tính", f"Kế hoạch năm {year}", "Thực hiện"],
        [None, None, None, None, f"Chính thức tháng {previous}", f"Ước tháng {month}/{year}", *cumulative],
    ]
    if code_row:
        rows.append(["A", "B", "1", "2", "3", "4", *(["5"] if cumulative else [])])
    return rows + [[number, *values] for number, values in enumerate(body, start=1)]
