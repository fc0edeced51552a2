"""The texts of a sheet by row, with merged cells spread over the columns that they cover."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xanh.language.numbers import parse_number
from xanh.model import Cell, Cells, Sheet


def is_year(cell: Cell) -> bool:
    """Whether the cell is a number that may be a year."""
    return cell.number is not None and may_be_year(cell.number)


def may_be_year(number: Decimal) -> bool:
    """Whether the number may be a year of the reports."""
    return 1990 <= number <= 2100 and number % 1 == 0


def is_figure(cell: Cell) -> bool:
    """Whether the cell holds a number, or in an export the text of one."""
    if cell.kind != "text":
        return cell.kind == "number"
    return any(c.isdigit() for c in cell.text) and parse_number(cell.text, None).kind in ("number", "ambiguous")


class Grid:
    """The texts of a sheet by row, with merged cells spread over the columns that they cover."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        cells = Cells.of(sheet.cells)
        self.rows = {row: shown for row, filled in cells.rows.items() if (shown := _shown(filled))}
        self.spans = dict(self.rows)
        self._filled = sorted(self.rows)
        self._contents: dict[int, tuple[bool, bool]] = {}
        self.cuts: dict[int, bool] = {}
        """What xanh.reading.headings found out about the row above a header that begins here: every table asks."""
        self.words: frozenset[str] | None = None
        """The words that headings made of this sheet's texts may hold, once xanh.reading.recognise has looked."""
        self.width = max((max(filled) for filled in cells.rows.values() if filled), default=0)
        for merge in sheet.merges:
            first = self.rows.get(merge.top, {}).get(merge.left)
            width = merge.right - merge.left + 1
            is_title = merge.left == 1 and width >= max(3, 0.6 * self.width)
            if first is not None and width > 1 and not is_title:
                columns = range(merge.left, min(merge.right, self.width) + 1)
                self.spans[merge.top] = {**dict.fromkeys(columns, first), **self.spans[merge.top]}

    def filled_rows(self) -> Iterator[int]:
        """Rows with any cell, from the top."""
        return iter(self._filled)

    @property
    def last_row(self) -> int:
        """The last row with a cell; 0 where there is none."""
        return self._filled[-1] if self._filled else 0

    def is_numeric(self, row: int) -> bool:
        """Whether several numbers stand in the row that are no years."""
        return self._content(row)[0]

    def has_year(self, row: int) -> bool:
        """Whether a number stands in the row that may be a year."""
        return self._content(row)[1]

    def _content(self, row: int) -> tuple[bool, bool]:
        known = self._contents.get(row)
        if known is None:
            numbers = [cell for cell in self.rows.get(row, {}).values() if cell.kind == "number"]
            years = sum(is_year(cell) for cell in numbers)
            known = self._contents[row] = (len(numbers) - years > 1, years > 0)
        return known

    def texts(self, row: int) -> list[str]:
        """The texts of a row from left to right, merged ones once."""
        return [cell.text for _, cell in sorted(self.rows.get(row, {}).items())]

    def stretches(self, row: int) -> list[tuple[Cell, int]]:
        """Each cell of the row with the number of columns that it covers."""
        counts: dict[int, int] = {}
        for cell in self.spans.get(row, {}).values():
            counts[cell.column] = counts.get(cell.column, 0) + 1
        return [(cell, counts[column]) for column, cell in sorted(self.rows.get(row, {}).items()) if column in counts]


def _shown(filled: Mapping[int, Cell]) -> Mapping[int, Cell]:
    """The cells of a row without those that only hold blanks."""
    blank = {column for column, cell in filled.items() if cell.kind == "text" and not cell.text.strip()}
    return {column: cell for column, cell in filled.items() if column not in blank} if blank else filled


def vertical_merges(grid: Grid, columns: tuple[int, ...]) -> dict[tuple[int, int], Cell]:
    """Cells below the first of a merged range, for columns of labels and keys: a name that stands for several rows."""
    covered: dict[tuple[int, int], Cell] = {}
    for merge in grid.sheet.merges:
        cell = grid.rows.get(merge.top, {}).get(merge.left)
        if cell is None or merge.left not in columns or cell.kind != "text":
            continue
        for row in range(merge.top + 1, merge.bottom + 1):
            covered[(row, merge.left)] = cell
    return covered
