"""Real workbooks: all of them are read, and the numbers equal what an independent reader sees."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlrd

from xanh.limits import Limits
from xanh.model import Workbook
from xanh.parsing.parse import parse

QUICK = 12
"""Files of each kind in the short run; `make test-full` takes all."""


def _files(shared: Path) -> list[Path]:
    kept = (shared / "corpus" / "nso" / "files", shared / "samples" / "drop")
    return sorted(path for folder in kept for path in folder.rglob("*") if path.is_file())


def _numbers(workbook: Workbook) -> dict[tuple[str, int, int], float]:
    """Numbers by place, also those that are shown as dates."""
    return {
        (sheet.name, *place): float(cell.number if cell.number is not None else cell.raw or "nan")
        for sheet in workbook.sheets
        for place, cell in sheet.cells.items()
        if cell.kind == "number"
    }


def _independent(path: Path) -> dict[tuple[str, int, int], float]:
    if path.suffix == ".xls":
        book = xlrd.open_workbook(path)
        return {
            (sheet.name, row + 1, column + 1): sheet.cell_value(row, column)
            for sheet in book.sheets()
            for row in range(sheet.nrows)
            for column in range(sheet.ncols)
            if sheet.cell_type(row, column) == xlrd.XL_CELL_NUMBER
        }
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.row, cell.column): float(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    }


def _differences(path: Path) -> list[object]:
    ours, theirs = _numbers(parse(path, path.name, Limits())), _independent(path)
    return [
        (place, ours.get(place), theirs.get(place))
        for place in ours.keys() | theirs.keys()
        if ours.get(place) != theirs.get(place)
    ]


def test_every_real_file_is_read(shared: Path) -> None:
    read = [parse(path, path.name, Limits()) for path in _files(shared)]
    assert len(read) == 100
    assert all(any(sheet.cells for sheet in workbook.sheets) for workbook in read)
    assert not [note for workbook in read for note in workbook.notes if note.rule in ("U55", "U57")]


def test_numbers_equal_an_independent_reading_of_some_files(shared: Path) -> None:
    workbooks = [path for path in _files(shared) if path.suffix != ".csv"]
    assert [_differences(path) for path in workbooks[:: len(workbooks) // QUICK]] == [[]] * len(
        workbooks[:: len(workbooks) // QUICK]
    )


@pytest.mark.slow
def test_numbers_equal_an_independent_reading_of_all_files(shared: Path) -> None:
    assert {path.name: found for path in _files(shared) if path.suffix != ".csv" if (found := _differences(path))} == {}
