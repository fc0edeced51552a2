"""An .xlsx copy of what was read from a file that is no .xlsx itself: values, merges and widths as far as known."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xanh.language.harmless import visible
from xanh.model import Cell, Merge, Sheet, Workbook

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_NAME_OF_CSV = "Bieu"
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


def copy_of(workbook: Workbook) -> tuple[bytes, Mapping[str, str]]:
    """The copy, and the name that each sheet has in it (a CSV's sheet has none of its own)."""
    from openpyxl import Workbook as XlsxWorkbook

    book = XlsxWorkbook()
    book.remove(book.worksheets[0])
    names: dict[str, str] = {}
    for sheet in workbook.sheets:
        name = sheet_name(sheet.name, set(names.values()))
        names[sheet.name] = name
        _fill(book.create_sheet(name), sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), names


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes: at most 31 characters, none of []:*?/\\, not used twice."""
    base = visible(name).translate(_FORBIDDEN).strip("'")[:31] or _NAME_OF_CSV
    found, number = base, 2
    while found.casefold() in {each.casefold() for each in taken}:
        tail = f" ({number})"
        found, number = base[: 31 - len(tail)] + tail, number + 1
    return found


def _fill(target: Worksheet, sheet: Sheet) -> None:
    widths: dict[int, int] = {}
    for (row, column), cell in sheet.cells.items():
        write(target.cell(row, column), _value(cell), cell.kind)
        if cell.is_percent:
            target.cell(row, column).number_format = "0.0%"
        widths[column] = max(widths.get(column, 0), min(40, max(map(len, cell.text.split("\n")))))
    spanning = {
        column for merge in sheet.merges for column in range(merge.left, merge.right + 1) if merge.left != merge.right
    }
    for column, width in widths.items():
        from openpyxl.utils import get_column_letter

        target.column_dimensions[get_column_letter(column)].width = (
            min(18, width + 2) if column in spanning else width + 2
        )
    for merge in sheet.merges:
        merge_cells(target, merge)
    for row in sheet.hidden_rows:
        target.row_dimensions[row].hidden = True
    if not sheet.is_visible:
        target.sheet_state = "hidden"
    fit_to_page(target)


def fit_to_page(target: Worksheet) -> None:
    """Prints all columns on one A4 page across."""
    from openpyxl.worksheet.properties import PageSetupProperties

    target.page_setup.orientation, target.page_setup.paperSize = "landscape", 9
    target.page_setup.fitToWidth, target.page_setup.fitToHeight = 1, 0
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def merge_cells(target: Worksheet, merge: Merge) -> None:
    """Merges without deleting anything that stands below."""
    if (merge.top, merge.left) != (merge.bottom, merge.right):
        target.merge_cells(start_row=merge.top, start_column=merge.left, end_row=merge.bottom, end_column=merge.right)


def write(target: Any, value: object, kind: str) -> None:
    """Sets the value as what it is: text stays text, whatever its first character."""
    if kind in ("text", "uncached"):
        text = visible(str(value))[:32_767]
        target.value, target.data_type, target.quotePrefix = text, "s", True
        return
    if kind == "error":
        target.value, target.data_type = str(value), "e"
        return
    target.value = value
    if isinstance(value, Decimal):
        target._value = str(value)  # openpyxl would round it to 16 digits; the cell stays of the type number
    elif isinstance(value, datetime):
        target.number_format = "dd/mm/yyyy hh:mm"
    elif isinstance(value, date):
        target.number_format = "dd/mm/yyyy"


def _value(cell: Cell) -> object:
    if cell.kind == "number" and cell.number is not None:
        return cell.number
    if cell.kind == "date" and cell.when is not None:
        return cell.when
    if cell.kind == "bool":
        return cell.text.upper() in ("TRUE", "1")
    return cell.text
