"""The second reader: calamine reads the same workbook, and a number that the two see differently makes the file
unreadable.

Only .xlsx, .xlsm, .xlsb, .xls and .ods, which calamine knows. Texts are not compared: the two treat blanks and rich
text differently.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from xanh.parsing.formats.grid import Grid, RawCell
from xanh.parsing.unreadable import Unreadable

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook


def confirm(data: bytes, grids: Sequence[Grid]) -> None:
    """Compares every number. Raises Unreadable at the first cell where the readers disagree.

    Where calamine gives up with an error of its own (a feature that it does not know), openpyxl stands in for it.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        seen = {name: _numbers_of_calamine(workbook.get_sheet_by_name(name)) for name in _names(workbook, grids)}
    except (CalamineError, BadZipFile, ValueError, OSError):
        seen = _numbers_of_openpyxl(data)
    for grid in grids:
        if grid.name in seen:
            _compare(grid, seen[grid.name])


def _names(workbook: CalamineWorkbook, grids: Sequence[Grid]) -> list[str]:
    known = set(workbook.sheet_names)
    return [grid.name for grid in grids if grid.name in known and grid.cells]


def _numbers_of_calamine(sheet: CalamineSheet) -> dict[tuple[int, int], float | str]:
    top, left = sheet.start or (0, 0)
    return dict(_numbers(sheet.to_python(skip_empty_area=True), top + 1, left + 1))


def _numbers(
    rows: Iterable[Sequence[object]], top: int = 1, left: int = 1
) -> Iterator[tuple[tuple[int, int], float | str]]:
    """Numbers by position; for texts a mark, for dates and errors nothing."""
    for row_number, row in enumerate(rows, top):
        for column, value in enumerate(row, left):
            if type(value) in (int, float):
                yield (row_number, column), float(value)  # type: ignore[arg-type]
            elif type(value) is str and value:
                yield (row_number, column), "text"


def _numbers_of_openpyxl(data: bytes) -> dict[str, dict[tuple[int, int], float | str]]:
    import openpyxl

    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except (ValueError, KeyError, TypeError, OSError, AttributeError, IndexError, BadZipFile, SyntaxError) as error:
        raise Unreadable("U01", {"detail": "hai trình đọc"}) from error
    return {sheet.title: dict(_numbers(sheet.values)) for sheet in workbook.worksheets}


def _compare(grid: Grid, seen: dict[tuple[int, int], float | str]) -> None:
    for position, cell in grid.cells.items():
        other = seen.get(position)
        if cell[2] == "number":
            if other == "text" or (isinstance(other, float) and not _is_same(cell[3], other)):
                raise _disagreement(grid, position, cell, other)
        elif cell[2] == "text" and isinstance(other, float):
            raise _disagreement(grid, position, cell, other)
    for position, other in seen.items():
        if isinstance(other, float) and position not in grid.cells and position not in grid.covered:
            raise _disagreement(grid, position, None, other)


def _is_same(text: str, number: float) -> bool:
    mine = float(text)
    return mine == number or abs(mine - number) <= 1e-12 * abs(mine)


def _disagreement(grid: Grid, position: tuple[int, int], cell: RawCell | None, other: float | str | None) -> Unreadable:
    params = {"first": cell[3][:40] if cell else "", "second": str(other)}
    return Unreadable("U19", params, sheet=grid.name, cell=grid.address(*position))
