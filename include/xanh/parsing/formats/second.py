"""The second reader: calamine reads the same workbook, and a number that the two see differently makes the file
unreadable.

Only .xlsx, .xlsm, .xlsb, .xls and .ods, which calamine knows. Texts are not compared: the two treat blanks and rich
text differently.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from xanh.parsing.formats.grid import Grid, RawCell
from xanh.parsing.unreadable import Unreadable

_NUMBERS = (int, float)

_Seen = dict[tuple[int, int], float | str]

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook


def confirm(data: bytes, grids: Sequence[Grid]) -> None:
    """Compares every number. Raises Unreadable at the first cell where the readers disagree.

    Where calamine gives up with an error of its own (a feature that it does not know), openpyxl stands in for it.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    seen: Mapping[str, _Seen | None]
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = {name: workbook.get_sheet_by_name(name) for name in _names(workbook, grids)}
        seen = {grid.name: _numbers_of_calamine(sheets[grid.name], grid) for grid in grids if grid.name in sheets}
    except (CalamineError, BadZipFile, ValueError, OSError):
        seen = _numbers_of_openpyxl(data)
    for grid in grids:
        if (numbers := seen.get(grid.name)) is not None:
            _compare(grid, numbers)


def _names(workbook: CalamineWorkbook, grids: Sequence[Grid]) -> list[str]:
    known = set(workbook.sheet_names)
    return [grid.name for grid in grids if grid.name in known and grid.cells]


def _numbers_of_calamine(sheet: CalamineSheet, grid: Grid) -> _Seen | None:
    """What calamine sees by position; None where that is, number by number, what the grid has."""
    top, left = sheet.start or (0, 0)
    rows = sheet.to_python(skip_empty_area=True)
    if _are_the_same(grid, rows, top + 1, left + 1):
        return None
    return dict(_numbers(rows, top + 1, left + 1))


def _are_the_same(grid: Grid, rows: Sequence[Sequence[object]], top: int, left: int) -> bool:
    """Whether each number stands in both at the same place and there are no others: the usual case, quickly found."""
    count = 0
    for (row, column), cell in grid.cells.items():
        if cell[2] == "number":
            at, across = row - top, column - left
            if at < 0 or across < 0 or at >= len(rows) or across >= len(rows[at]):
                return False
            other = rows[at][across]
            if type(other) not in _NUMBERS or float(cell[3]) != other:
                return False
            count += 1
    return count == sum(type(value) in _NUMBERS for row in rows for value in row)


def _numbers(
    rows: Iterable[Sequence[object]], top: int = 1, left: int = 1
) -> Iterator[tuple[tuple[int, int], float | str]]:
    """Numbers by position; for texts a mark, for dates and errors nothing."""
    for row_number, row in enumerate(rows, top):
        for column, value in enumerate(row, left):
            if type(value) in _NUMBERS:
                yield (row_number, column), float(value)  # type: ignore[arg-type]
            elif type(value) is str and value:
                yield (row_number, column), "text"


def _numbers_of_openpyxl(data: bytes) -> dict[str, _Seen]:
    import openpyxl

    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except (ValueError, KeyError, TypeError, OSError, AttributeError, IndexError, BadZipFile, SyntaxError) as error:
        raise Unreadable("U01", {"detail": "hai trình đọc"}) from error
    return {sheet.title: dict(_numbers(sheet.values)) for sheet in workbook.worksheets}


def _compare(grid: Grid, seen: _Seen) -> None:
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
