"""Reads SpreadsheetML 2003, the XML that Excel 2003 and some programs save under the name .xls or .xml."""

from __future__ import annotations

from xanh.limits import Limits
from xanh.model import Merge, Note
from xanh.parsing.formats.figures import FormatKind, digits, format_kind
from xanh.parsing.formats.grid import Budget, Grid, RawCell
from xanh.parsing.formats.markup import Node, tree
from xanh.parsing.formats.words import Words
from xanh.parsing.unreadable import Unreadable

Style = tuple[FormatKind, str | None]


def read(data: bytes, limits: Limits) -> tuple[list[Grid], list[Note]]:
    """The worksheets in order."""
    root = tree(data, limits)
    budget = Budget(limits)
    worksheets = root.all("Worksheet")
    budget.check_sheets(len(worksheets))
    reader = _Reader(budget, Words(budget), _styles(root))
    grids = [reader.sheet(node) for node in worksheets]
    if not grids:
        raise Unreadable("U18")
    notes = reader.notes[:20]
    for grid in grids:
        notes += budget.finish(grid)
    return grids, notes


def _styles(root: Node) -> dict[str, Style]:
    holder = root.first("Styles")
    found: dict[str, Style] = {}
    for style in holder.all("Style") if holder else []:
        code = style.value("NumberFormat", "Format") or ""
        named: dict[str, FormatKind] = {
            "Percent": "percent",
            "Short Date": "date",
            "Long Date": "date",
            "General Date": "date",
        }
        found[style.attributes.get("ID", "")] = (named.get(code) or format_kind(code), style.value("Font", "FontName"))
    return found


class _Reader:
    """Turns Worksheet elements into grids."""

    def __init__(self, budget: Budget, words: Words, styles: dict[str, Style]) -> None:
        self.notes: list[Note] = []
        self._budget = budget
        self._words = words
        self._styles = styles

    def sheet(self, node: Node) -> Grid:
        """One worksheet as a grid."""
        options = node.first("WorksheetOptions")
        visible = options.first("Visible") if options else None
        grid = Grid(
            node.attributes.get("Name", ""),
            visible is None or visible.text.strip() not in ("SheetHidden", "SheetVeryHidden"),
        )
        table = node.first("Table")
        column = row = 0
        for child in table.children if table else []:
            if child.name == "Column":
                column = _index(child, column)
                span = _count(child, "Span")
                if child.attributes.get("Hidden") == "1":
                    grid.hidden_columns.update(range(column, column + span + 1))
                column += span
            elif child.name == "Row":
                row = _index(child, row)
                span = _count(child, "Span")
                if child.attributes.get("Hidden") == "1":
                    grid.hidden_rows.update(range(row, row + span + 1))
                self._row(grid, row, child)
                row += span
        return grid

    def _row(self, grid: Grid, row: int, node: Node) -> None:
        column = 0
        for cell in node.all("Cell"):
            column = _index(cell, column)
            across, down = _count(cell, "MergeAcross"), _count(cell, "MergeDown")
            if across or down:
                self._budget.add_merge(grid, Merge(row, column, row + down, column + across))
            data = cell.first("Data")
            kind, font = self._styles.get(
                cell.attributes.get("StyleID") or node.attributes.get("StyleID", ""), ("number", None)
            )
            if data is not None:
                self._put(grid, row, column, data, kind, font)
            elif "Formula" in cell.attributes:
                self._budget.add(grid, (row, column, "uncached", "", None, False))
            column += across

    def _put(self, grid: Grid, row: int, column: int, data: Node, style: FormatKind, font: str | None) -> None:
        kind, text = data.attributes.get("Type", "String"), data.whole_text()
        cell: RawCell
        if kind == "Number":
            exact = digits(text)
            if exact is None:
                raise Unreadable("U13", {"text": text[:40]}, sheet=grid.name, cell=grid.address(row, column))
            cell = (row, column, "number", exact, None, style == "percent")
        elif kind == "DateTime":
            cell = (row, column, "date", text.strip().split(".")[0].removesuffix("T00:00:00"), None, False)
        elif kind == "Boolean":
            cell = (row, column, "bool", "TRUE" if text.strip() == "1" else "FALSE", None, False)
        elif kind == "Error":
            cell = (row, column, "error", text.strip() or "#?", None, False)
        else:
            if not text:
                return
            read, raw, is_lossy = self._words.read(text, font)
            cell = (row, column, "text", read, raw, False)
            if is_lossy:
                self.notes.append(Note("U55", grid.name, grid.address(row, column), {"text": read[:60]}))
        self._budget.add(grid, cell)


def _index(node: Node, last: int) -> int:
    return _count(node, "Index") or last + 1


def _count(node: Node, name: str) -> int:
    text = node.attributes.get(name, "0")
    if not text.isascii() or not text.isdigit() or len(text) > 8:
        raise Unreadable("U01", {"detail": f"ss:{name}"})
    return int(text)
