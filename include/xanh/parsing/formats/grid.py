"""What every reader fills: the cells of one workbook, under the budgets of the limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from xanh.limits import Limits, spoken_count
from xanh.model import CellKind, Merge, Note, column_letters
from xanh.parsing.unreadable import Unreadable

RawCell = tuple[int, int, CellKind, str, str | None, bool]
"""row, column, kind, text, raw, is_percent: what a model.Cell is rebuilt from in the parent."""

Said = tuple[CellKind, str, str | None, bool]
"""Of a RawCell what does not depend on its place."""


@dataclass
class Grid:
    """One sheet while it is read."""

    name: str
    is_visible: bool = True
    cells: dict[tuple[int, int], RawCell] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    covered: set[tuple[int, int]] = field(default_factory=set)
    """Filled cells that a merged range hides: taken out of `cells`."""

    def address(self, row: int, column: int) -> str:
        """The A1 address."""
        return f"{column_letters(column)}{row}"


class Budget:
    """Counts over the whole workbook and refuses what exceeds the limits, with the place."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._cells = 0
        self._texts = 0

    def add(self, grid: Grid, cell: RawCell) -> None:
        """Puts the cell into the grid. Raises Unreadable when it is outside the limits or already there."""
        row, column = cell[0], cell[1]
        limits = self.limits
        if row > limits.row or column > limits.column:
            bounds = {"limit_row": spoken_count(limits.row), "limit_column": column_letters(limits.column)}
            raise Unreadable("U14", bounds, sheet=grid.name, cell=grid.address(row, column))
        if (row, column) in grid.cells:
            raise Unreadable("U15", sheet=grid.name, cell=grid.address(row, column))
        self._cells += 1
        if self._cells > limits.cell_count:
            raise too_many("ô có dữ liệu", self._cells, limits.cell_count)
        grid.cells[row, column] = cell

    def has_room(self, row: int, count: int) -> bool:
        """Whether `add` would take so many more cells in that row, whatever their columns."""
        return row <= self.limits.row and self._cells + count <= self.limits.cell_count

    def count(self, count: int) -> None:
        """Counts cells that were put into a grid without `add`, where there was room."""
        self._cells += count

    def count_text(self, text: str) -> None:
        """Counts a distinct text of the workbook."""
        self._texts += len(text)
        if self._texts > self.limits.string_bytes:
            raise too_many("ký tự", self._texts, self.limits.string_bytes)

    def check_sheets(self, count: int) -> None:
        """Refuses a workbook with too many sheets."""
        if count > self.limits.sheet_count:
            raise too_many("trang tính", count, self.limits.sheet_count)

    def finish(self, grid: Grid) -> list[Note]:
        """Checks the box and takes the cells out that a merged range hides; the notes say which."""
        if not grid.cells:
            grid.hidden_rows.clear()
            grid.hidden_columns.clear()
            return []
        top, bottom = _bounds(row for row, _ in grid.cells)
        left, right = _bounds(column for _, column in grid.cells)
        if (bottom - top + 1) * (right - left + 1) > self.limits.area:
            corner = grid.address(bottom, right)
            raise Unreadable("U16", {"limit": spoken_count(self.limits.area)}, sheet=grid.name, cell=corner)
        places = [(merge, *_clipped(merge, Merge(top, left, bottom, right))) for merge in grid.merges]
        merged = sum(len(rows) * len(columns) for _, rows, columns in places)
        if merged > self.limits.area:  # ranges that do not overlap each other are together no larger than the box
            raise too_many("ô trong vùng gộp", merged, self.limits.area)
        grid.hidden_rows = {row for row in grid.hidden_rows if row <= bottom}
        grid.hidden_columns = {column for column in grid.hidden_columns if column <= right}
        for merge, rows, columns in places:
            grid.covered.update(set(_inside(grid, rows, columns)) - {(merge.top, merge.left)})
        return _uncover(grid)

    def add_merge(self, grid: Grid, merge: Merge) -> None:
        """Adds a merged range within the limit."""
        if len(grid.merges) >= self.limits.merge_count:
            raise too_many("vùng ô gộp", len(grid.merges) + 1, self.limits.merge_count)
        if merge.top > merge.bottom or merge.left > merge.right:
            raise Unreadable("U01", {"detail": "vùng ô gộp"}, sheet=grid.name)
        if (merge.top, merge.left) != (merge.bottom, merge.right):
            grid.merges.append(merge)


def _uncover(grid: Grid) -> list[Note]:
    """Takes the covered cells out, and notes that there are some."""
    for position in grid.covered:
        grid.cells.pop(position, None)
    if not grid.covered:
        return []
    row, column = min(grid.covered)
    params = {"count": str(len(grid.covered))}
    return [Note("U54", sheet=grid.name, cell=grid.address(row, column), params=params)]


def too_many(what: str, count: int, limit: int) -> Unreadable:
    """The error for an exceeded count."""
    return Unreadable("U05", {"what": what, "count": spoken_count(count), "limit": spoken_count(limit)})


def _clipped(merge: Merge, box: Merge) -> tuple[range, range]:
    """The rows and columns of the range that lie within the box."""
    rows = range(max(merge.top, box.top), min(merge.bottom, box.bottom) + 1)
    return rows, range(max(merge.left, box.left), min(merge.right, box.right) + 1)


def _inside(grid: Grid, rows: range, columns: range) -> list[tuple[int, int]]:
    """The filled cells of the rows and columns, found from the smaller side."""
    if len(rows) * len(columns) > len(grid.cells):
        return [position for position in grid.cells if position[0] in rows and position[1] in columns]
    return [(row, column) for row in rows for column in columns if (row, column) in grid.cells]


def _bounds(numbers: Iterable[int]) -> tuple[int, int]:
    ordered = list(numbers)
    return min(ordered), max(ordered)
