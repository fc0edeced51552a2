"""An .xlsx copy of what was read from a file that is no .xlsx itself: values, merges and widths as far as known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from xanh.feedback.marks import newbook
from xanh.feedback.marks.newbook import PLAIN, Look, Looks, Page
from xanh.language.harmless import visible
from xanh.model import Cell, Sheet, Workbook

_NAME_OF_CSV = "Bieu"
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_PERCENT = Look(number_format="0.0%")
_DAY, _MOMENT = Look(number_format="dd/mm/yyyy"), Look(number_format="dd/mm/yyyy hh:mm")


def copy_of(workbook: Workbook) -> tuple[bytes, Mapping[str, str]]:
    """The copy, and the name that each sheet has in it (a CSV's sheet has none of its own)."""
    names: dict[str, str] = {}
    looks = Looks()
    pages = []
    for sheet in workbook.sheets:
        names[sheet.name] = sheet_name(sheet.name, set(names.values()))
        pages.append(_page(sheet, names[sheet.name], looks))
    return newbook.save(pages, looks), names


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes: at most 31 characters, none of []:*?/\\, not used twice."""
    base = visible(name).translate(_FORBIDDEN).strip("'")[:31] or _NAME_OF_CSV
    found, number = base, 2
    while found.casefold() in {each.casefold() for each in taken}:
        tail = f" ({number})"
        found, number = base[: 31 - len(tail)] + tail, number + 1
    return found


def _page(sheet: Sheet, name: str, looks: Looks) -> Page:
    page = Page(name, sheet.is_visible, merges=sheet.merges, hidden_rows=set(sheet.hidden_rows))
    lengths: dict[int, int] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        page.rows.setdefault(row, []).append(_cell(cell, looks))
        lengths[column] = max(lengths.get(column, 0), min(40, max(map(len, cell.text.split("\n")))))
    spanning = {
        column for merge in sheet.merges for column in range(merge.left, merge.right + 1) if merge.left != merge.right
    }
    for column, length in lengths.items():
        page.widths[column] = min(18, length + 2) if column in spanning else length + 2
    return page


def _cell(cell: Cell, looks: Looks) -> str:
    row, column = cell.row, cell.column
    if cell.kind == "number" and cell.number is not None:
        return newbook.number(row, column, looks.number(_PERCENT if cell.is_percent else PLAIN), str(cell.number))
    if cell.kind == "date" and cell.when is not None:
        look = _MOMENT if isinstance(cell.when, datetime) else _DAY
        return newbook.number(row, column, looks.number(look), newbook.serial(cell.when))
    if cell.kind == "bool":
        return newbook.truth(row, column, 0, cell.text.upper() in ("TRUE", "1"))
    if cell.kind == "error":
        return newbook.fault(row, column, 0, cell.text)
    return newbook.text(row, column, looks.number(PLAIN, is_text=True), cell.text)
