"""A sheet that can be cut and glued: cells, merges and hidden lines by position, and where its table stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from xanh.model import Cell, Merge, Sheet, Workbook

Place = tuple[int, int]


@dataclass
class Grid:
    """The mutable twin of a Sheet. Rows and columns count from 1."""

    name: str
    cells: dict[Place, Cell]
    merges: list[Merge]
    is_visible: bool = True
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, sheet: Sheet) -> Grid:
        """A copy of a sheet, free to be changed."""
        return cls(
            sheet.name,
            dict(sheet.cells),
            list(sheet.merges),
            sheet.is_visible,
            set(sheet.hidden_rows),
            set(sheet.hidden_columns),
        )

    def sheet(self) -> Sheet:
        """The grid as the library knows it."""
        return Sheet(
            self.name,
            dict(sorted(self.cells.items())),
            self.is_visible,
            tuple(self.merges),
            frozenset(self.hidden_rows),
            frozenset(self.hidden_columns),
        )

    def text(self, row: int, column: int) -> str:
        """The words of a cell; an empty cell has none."""
        cell = self.cells.get((row, column))
        return cell.text if cell else ""

    def put(self, row: int, column: int, value: str | Decimal | None) -> None:
        """Writes a text or a number, or empties the cell."""
        if value is None:
            self.cells.pop((row, column), None)
        elif isinstance(value, Decimal):
            self.cells[row, column] = Cell(row, column, "number", format(value, "f"))
        else:
            self.cells[row, column] = Cell(row, column, "text", value)

    def move(self, where: Callable[[Place], Place | None]) -> None:
        """Every cell to another place; None drops it. Merges and hidden lines are left to the caller."""
        moved: dict[Place, Cell] = {}
        for place, cell in self.cells.items():
            target = where(place)
            if target is not None:
                moved[target] = cell._replace(row=target[0], column=target[1])
        self.cells = moved

    def insert_rows(self, before: int, count: int = 1) -> None:
        """Empty rows above a row; merges that span the place grow."""
        self.move(lambda p: (p[0] + count, p[1]) if p[0] >= before else p)
        self.merges = [
            Merge(m.top + count * (m.top >= before), m.left, m.bottom + count * (m.bottom >= before), m.right)
            for m in self.merges
        ]
        self.hidden_rows = {r + count * (r >= before) for r in self.hidden_rows}

    def delete_row(self, row: int) -> None:
        """One row gone; merges inside it too."""
        self.move(lambda p: None if p[0] == row else (p[0] - (p[0] > row), p[1]))
        kept = [m for m in self.merges if not (m.top == m.bottom == row)]
        self.merges = [Merge(m.top - (m.top > row), m.left, m.bottom - (m.bottom >= row), m.right) for m in kept]
        self.hidden_rows = {r - (r > row) for r in self.hidden_rows if r != row}

    def insert_columns(self, before: int, count: int = 1) -> None:
        """Empty columns left of a column; merges that span the place grow."""
        self.move(lambda p: (p[0], p[1] + count) if p[1] >= before else p)
        self.merges = [
            Merge(m.top, m.left + count * (m.left >= before), m.bottom, m.right + count * (m.right >= before))
            for m in self.merges
        ]
        self.hidden_columns = {c + count * (c >= before) for c in self.hidden_columns}

    def delete_column(self, column: int) -> None:
        """One column gone; a merged heading that started there keeps its words in the next column."""
        for m in self.merges:
            if m.left == column < m.right and (m.top, column) in self.cells:
                self.cells[m.top, column + 1] = self.cells[m.top, column]._replace(column=column + 1)
        self.move(lambda p: None if p[1] == column else (p[0], p[1] - (p[1] > column)))
        kept = [m for m in self.merges if not (m.left == m.right == column)]
        shrunk = [Merge(m.top, m.left - (m.left > column), m.bottom, m.right - (m.right >= column)) for m in kept]
        self.merges = [m for m in shrunk if (m.top, m.left) != (m.bottom, m.right)]
        self.hidden_columns = {c - (c > column) for c in self.hidden_columns if c != column}

    def permute_columns(self, order: dict[int, int]) -> None:
        """Columns to new places: old number to new number. Merges in the permuted span must be gone."""
        self.move(lambda p: (p[0], order.get(p[1], p[1])))
        self.hidden_columns = {order.get(c, c) for c in self.hidden_columns}


@dataclass(frozen=True)
class Body:
    """Where a table stands: header rows, code row if any, first and last body row, first and last column."""

    header_top: int
    header_bottom: int
    code_row: int | None
    first: int
    last: int
    left: int
    right: int

    @property
    def rows(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def columns(self) -> range:
        return range(self.left, self.right + 1)

    @property
    def header(self) -> range:
        return range(self.header_top, self.header_bottom + 1)


STARTS = ("STT", "TT", "Đội QLTT")
ENDS = ("Ghi chú:", "NGƯỜI LẬP BIỂU", "B. Kết quả")


def find_body(grid: Grid) -> Body:
    """The first table of an unmutated sample, found by the corner of its header. Raises LookupError."""
    corner = next((p for p, c in sorted(grid.cells.items()) if c.text in STARTS), None)
    if corner is None:
        raise LookupError(grid.name)
    top, left = corner
    right = max(c for r, c in grid.cells if r == top)
    right = max([right, *(m.right for m in grid.merges if m.top == top)])
    bottom = max([top, *(m.bottom for m in grid.merges if m.top == top and m.left == left)])
    code = bottom + 1 if grid.text(bottom + 1, left) == "A" else None
    first = (code or bottom) + 1
    ends = [r for (r, c), cell in grid.cells.items() if r > first and cell.text.startswith(ENDS)]
    last_filled = max(r for r, c in grid.cells if r < min(ends, default=10**6))
    return Body(top, bottom, code, first, last_filled, left, right)


def spread_header(grid: Grid, body: Body) -> None:
    """Unmerges the header and repeats each group's words above each of its columns, so that columns can be moved."""
    for merge in [m for m in grid.merges if body.header_top <= m.top <= body.header_bottom]:
        grid.merges.remove(merge)
        if merge.right > merge.left:
            for column in range(merge.left + 1, merge.right + 1):
                grid.put(merge.top, column, grid.text(merge.top, merge.left))


def with_first(workbook: Workbook, grids: Iterable[Grid]) -> Workbook:
    """The workbook with other sheets."""
    return replace(workbook, sheets=tuple(grid.sheet() for grid in grids))
