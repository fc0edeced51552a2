"""The texts of a sheet by row, with merged cells spread over the columns that they cover."""

from __future__ import annotations

from collections.abc import Iterator

from xanh.model import Cell, Sheet


class Grid:
    """The texts of a sheet by row, with merged cells spread over the columns that they cover."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sheet.cells.items():
            if cell.text.strip() or cell.kind != "text":
                self.rows.setdefault(row, {})[column] = cell
        self.spans: dict[int, dict[int, Cell]] = {row: dict(cells) for row, cells in self.rows.items()}
        self.width = max((column for _, column in sheet.cells), default=0)
        for merge in sheet.merges:
            first = self.rows.get(merge.top, {}).get(merge.left)
            width = merge.right - merge.left + 1
            is_title = merge.left == 1 and width >= max(3, 0.6 * self.width)
            if first is not None and width > 1 and not is_title:
                covered = self.spans.setdefault(merge.top, {})
                for column in range(merge.left, min(merge.right, self.width) + 1):
                    covered.setdefault(column, first)

    def filled_rows(self) -> Iterator[int]:
        """Rows with any cell, from the top."""
        return iter(sorted(self.rows))

    def texts(self, row: int) -> list[str]:
        """The texts of a row from left to right, merged ones once."""
        return [cell.text for _, cell in sorted(self.rows.get(row, {}).items())]

    def stretches(self, row: int) -> list[tuple[Cell, int]]:
        """Each cell of the row with the number of columns that it covers."""
        counts: dict[int, int] = {}
        for cell in self.spans.get(row, {}).values():
            counts[cell.column] = counts.get(cell.column, 0) + 1
        return [(cell, counts[column]) for column, cell in sorted(self.rows.get(row, {}).items()) if column in counts]
