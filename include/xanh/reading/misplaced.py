"""Values that stand in a place that is not theirs: under another heading, over several cells, or nowhere in a whole column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from xanh.catalog.forms import FormTable
from xanh.model import Cell, Sheet
from xanh.reading.grid import Grid
from xanh.reading.headings import Header
from xanh.reading.rows import Body, BodyRow, Places
from xanh.reading.values import ColumnValues

_FEW = 3
"""An empty column is no more than an empty cell in a table of fewer rows."""


class Misplaced:
    """Looks at the rows of one table, one after the other, and remembers which cells they left empty."""

    def __init__(self, table: FormTable, values: Mapping[str, ColumnValues]) -> None:
        self._values = values
        observed = {code for emission in table.observations for code in emission.columns}
        self._numbers = {c.code for c in table.columns if c.code in observed & values.keys() and c.role != "tick"}
        self._mandatory = {c.code for c in table.columns if c.mandatory != "never"}
        self._conditions = {c.column for emission in table.observations for c in emission.when}
        self._empty: Counter[str] = Counter()
        self._spare: set[str] = set()
        self._found: list[tuple[str, Cell, str, str]] = []

    def take(self, row: BodyRow, used: set[str]) -> None:
        """Looks at a row; `used`: the columns from which it gives observations."""
        empty = (used & self._numbers) - row.cells.keys()
        spare = self._numbers & row.cells.keys() - used
        if not empty:
            self._spare |= spare
            return
        self._empty.update(empty)
        numbers = ((code, row.cells[code]) for code in sorted(spare) if self._values[code].read(row.cells[code]).number)
        self._found += [(row.label.strip(), cell, code, min(empty)) for code, cell in numbers][:1]

    def strays(self) -> Iterator[tuple[str, Cell, str, str]]:
        """Numbers that their row has no use for while a cell that it needs is empty: label, cell, its column, and the empty one.

        A column that complete rows fill without a use for it is none of these: it is there for the checks.
        """
        return (found for found in self._found if found[2] not in self._spare)

    def undecided(self, row: BodyRow, used: set[str]) -> Cell | None:
        """The text that should say what the row gives, where it gives nothing although figures stand there."""
        if used or not self._numbers & row.cells.keys():
            return None
        return next((row.cells[code] for code in sorted(self._conditions) if code in row.cells), None)

    def empty_columns(self, body: Body) -> list[str]:
        """Mandatory columns that rows have a use for and of which no row says anything, not even that nothing arose."""
        return [
            code
            for code, count in self._empty.items()
            if count >= _FEW
            and code in self._mandatory
            and not any(code in row.cells for row in body.rows if row.kind == "item")
        ]


def unheaded_values(grid: Grid, header: Header, body: Body, places: Places) -> list[Cell]:
    """Numbers of the body that stand right of the row's name in a column without any heading: nobody can say what they are."""
    first = max(places.label, default=0)
    rows = (grid.rows[row] for row in grid.filled_rows() if header.bottom < row < body.last)
    found = [
        cell
        for cells in rows
        for column, cell in cells.items()
        if column > first and column not in header.headings and cell.kind == "number"
    ]
    return found if len(found) >= _FEW else []


def merged_values(sheet: Sheet, grid: Grid, body: Body, places: Places, codes: set[str]) -> Iterator[Cell]:
    """Numbers of item rows in cells that are merged over several value columns or rows: nobody can say whose they are."""
    rows = {row.number for row in body.rows if row.kind == "item"}
    wanted = {places.columns[code] for code in codes}
    for merge in sheet.merges:
        columns = wanted & set(range(merge.left, merge.right + 1))
        covered = rows & set(range(merge.top, merge.bottom + 1))
        cell = grid.rows.get(merge.top, {}).get(merge.left)
        if cell is not None and covered and columns and len(columns) * len(covered) > 1 and cell.kind == "number":
            yield cell
