"""A second reader that shares no code with the library: openpyxl for .xlsx, xlrd for .xls, csv for the rest."""

from __future__ import annotations

import csv
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string


def seen(path: Path, sheet: str, address: str) -> str:
    """What stands in one cell, as text: numbers in their shortest exact digits, an empty cell as an empty text."""
    return _cells(path)(sheet, *_position(address))


def _position(address: str) -> tuple[int, int]:
    letters, row = coordinate_from_string(address)
    return row, column_index_from_string(letters)


@lru_cache(maxsize=4)
def _cells(path: Path) -> Any:
    if path.suffix == ".csv":
        return _csv(path)
    return _xls(path) if path.read_bytes()[:4] == b"\xd0\xcf\x11\xe0" else _xlsx(path)


def _xlsx(path: Path) -> Any:
    book = openpyxl.load_workbook(path, data_only=True)
    return lambda sheet, row, column: _text(book[sheet].cell(row, column).value)


def _xls(path: Path) -> Any:
    import xlrd

    book = xlrd.open_workbook(str(path))

    def read(sheet: str, row: int, column: int) -> str:
        page = book.sheet_by_name(sheet)
        if row > page.nrows or column > page.ncols:
            return ""
        cell = page.cell(row - 1, column - 1)
        if cell.ctype == xlrd.XL_CELL_DATE:
            return _text(xlrd.xldate_as_datetime(cell.value, book.datemode))
        return _text(cell.value)

    return read


def _csv(path: Path) -> Any:
    text = path.read_text(encoding="utf-8-sig")
    separator = ";" if text.splitlines()[0].count(";") > text.splitlines()[0].count(",") else ","
    lines = list(csv.reader(text.splitlines(), delimiter=separator))
    return lambda sheet, row, column: lines[row - 1][column - 1] if column <= len(lines[row - 1]) else ""


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
