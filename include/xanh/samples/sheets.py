"""Writes a body of rows as an official-looking workbook: heading, form number, title, header, code row, signatures."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | Decimal | date | None
FACE = "Times New Roman"
LINE = Side(style="thin")
THIN = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
SAVED = (2026, 1, 5, 8, 0, 0)
"""The time written into every container, so that the same figures give the same bytes."""


@dataclass(frozen=True)
class Row:
    """One body row: values by column key, and how it is set: item, section, part or total."""

    values: Mapping[str, Value]
    kind: str = "item"


@dataclass(frozen=True)
class Column:
    """A column of a form as forms.yaml has it."""

    key: str
    head: str
    group: str | None
    width: float
    number_format: str


@dataclass(frozen=True)
class Table:
    """A table to be written: its columns, its rows, the line above it and whether it has a code row."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    heading: str | None = None
    has_code_row: bool = True
    unit: str | None = None


@dataclass(frozen=True)
class Page:
    """The words around the tables."""

    sheet: str
    province: str
    sender: str
    nation: str
    motto: str
    number: str
    dated: str
    form_number: str
    title: str
    attached: str
    tables: Sequence[Table]
    signer: str
    makers: Sequence[str]
    note: str | None = None


def workbook_bytes(page: Page) -> bytes:
    """The page as .xlsx, byte for byte the same for the same page."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = page.sheet
    width = max(len(table.columns) for table in page.tables)
    _heading(sheet, page, width)
    row = 8
    for position, table in enumerate(page.tables):
        row = _table(sheet, table, row, width, left=1 if position == 0 else 2)
        row += 1
    if page.note:
        _put(sheet, row - 1, 1, page.note, size=10, italic=True, align="left")
    _signatures(sheet, page, row + 1, width)
    _page_setup(sheet, page.tables[0])
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The workbook's bytes with every time in the container fixed."""
    raw = io.BytesIO()
    book.save(raw)
    result = io.BytesIO()
    stamp = "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}Z".format(*SAVED)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp.encode(), content)
            entry = zipfile.ZipInfo(info.filename, SAVED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return result.getvalue()


def _heading(sheet: Worksheet, page: Page, width: int) -> None:
    middle = max(2, width * 2 // 5)
    left = (page.province, page.sender, f"Số: {page.number}")
    right = (page.nation, page.motto, page.dated)
    for row, (one, two) in enumerate(zip(left, right, strict=True), start=1):
        _merged(sheet, row, 1, middle, one, bold=row == 2, size=12)
        _merged(sheet, row, middle + 1, width, two, bold=row < 3, italic=row == 3, size=12)
    _merged(sheet, 4, 1, width, page.form_number, italic=True, size=11, align="right")
    _merged(sheet, 5, 1, width, page.title, bold=True, size=13)
    _merged(sheet, 6, 1, width, page.attached, italic=True, size=11)


def _table(sheet: Worksheet, table: Table, row: int, width: int, left: int) -> int:
    if table.unit:
        _merged(sheet, row, 1, width, f"Đơn vị tính: {table.unit}", italic=True, size=11, align="right")
    if table.heading:
        _put(sheet, row, 1, table.heading, bold=True, size=12, align="left")
    row = _header(sheet, table.columns, row + 1, left)
    if table.has_code_row:
        codes = ["A", "B", *(str(n) for n in range(1, len(table.columns) - 1))]
        for column, code in enumerate(codes, start=left):
            _put(sheet, row, column, code, size=9, italic=True, border=True)
        row += 1
    for body in table.rows:
        _body_row(sheet, table.columns, body, row, left)
        row += 1
    return row


def _header(sheet: Worksheet, columns: Sequence[Column], row: int, left: int) -> int:
    grouped = any(column.group for column in columns)
    for position, column in enumerate(columns, start=left):
        at = row + 1 if column.group else row
        _put(sheet, at, position, column.head, bold=True, border=True, wrap=True)
        if column.group:
            first = position == left or columns[position - left - 1].group != column.group
            _put(sheet, row, position, column.group if first else None, bold=True, border=True, wrap=True)
        elif grouped:
            _put(sheet, row + 1, position, None, border=True)
            sheet.merge_cells(start_row=row, end_row=row + 1, start_column=position, end_column=position)
    _merge_groups(sheet, columns, row, left)
    sheet.row_dimensions[row + 1 if grouped else row].height = 48
    return row + 2 if grouped else row + 1


def _merge_groups(sheet: Worksheet, columns: Sequence[Column], row: int, left: int) -> None:
    start = 0
    while start < len(columns):
        end = start
        while end + 1 < len(columns) and columns[start].group and columns[end + 1].group == columns[start].group:
            end += 1
        if end > start:
            sheet.merge_cells(start_row=row, end_row=row, start_column=left + start, end_column=left + end)
        start = end + 1


def _body_row(sheet: Worksheet, columns: Sequence[Column], body: Row, row: int, left: int) -> None:
    bold = body.kind in ("section", "total")
    for position, column in enumerate(columns, start=left):
        value = body.values.get(column.key)
        number = isinstance(value, int | Decimal)
        align = "center" if column.key == "stt" or column.width < 14 else "left"
        align = "right" if number and column.key != "stt" else align
        cell = _put(sheet, row, position, value, bold=bold, italic=body.kind == "part", border=True, align=align)
        if number or isinstance(value, date):
            cell.number_format = column.number_format


def _signatures(sheet: Worksheet, page: Page, row: int, width: int) -> None:
    middle = max(1, width // 2)
    maker, sign, seal = page.makers
    for offset, (one, two) in enumerate(((maker, page.signer), (sign, seal))):
        style: dict[str, Any] = {"bold": offset == 0, "italic": offset == 1, "size": 12}
        _merged(sheet, row + offset, 1, middle, one, **style)
        _merged(sheet, row + offset, middle + 1, width, two, **style)


def _page_setup(sheet: Worksheet, table: Table) -> None:
    for position, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = column.width
    sheet.page_setup.orientation = "landscape" if len(table.columns) > 6 else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.showGridLines = False


def _merged(sheet: Worksheet, row: int, first: int, last: int, value: str, **style: Any) -> None:
    _put(sheet, row, first, value, **style)
    if last > first:
        sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def _put(
    sheet: Worksheet,
    row: int,
    column: int,
    value: Value,
    *,
    size: int = 11,
    bold: bool = False,
    italic: bool = False,
    align: str = "center",
    border: bool = False,
    wrap: bool = False,
) -> Any:
    cell = sheet.cell(row, column, value)
    cell.font = _font(size, bold, italic)
    cell.alignment = _alignment(align, wrap)
    if border:
        cell.border = THIN
    return cell


@lru_cache
def _font(size: int, bold: bool, italic: bool) -> Font:
    return Font(name=FACE, size=size, bold=bold, italic=italic)


@lru_cache
def _alignment(align: str, wrap: bool) -> Alignment:
    return Alignment(horizontal=align, vertical="center", wrap_text=wrap)
