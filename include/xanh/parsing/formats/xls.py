"""Reads .xls (Excel 2 to 2003) with xlrd: values, fonts and runs, number formats, merges, what is hidden."""

from __future__ import annotations

import io
import struct
from typing import Any

import xlrd
import xlrd.formatting
from xlrd.biffh import error_text_from_code

from xanh.limits import Limits
from xanh.model import Merge, Note
from xanh.parsing.formats.biff import formulas_without_result
from xanh.parsing.formats.figures import FormatKind, float_digits, format_kind, moment
from xanh.parsing.formats.grid import Budget, Grid, RawCell
from xanh.parsing.formats.words import Run, Words
from xanh.parsing.unreadable import Unreadable

xlrd.formatting.check_colour_indexes_in_obj = lambda *_: None
"""It asks of every format whether the palette has its colours, only to print what is missing: a quarter of opening a book."""
_XLRD_ERRORS = (
    xlrd.XLRDError,
    xlrd.compdoc.CompDocError,
    AssertionError,
    struct.error,
    IndexError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    NotImplementedError,
)
"""All that xlrd was seen to raise on damaged files."""


def read(book: Any, stream: bytes, limits: Limits) -> tuple[list[Grid], list[Note]]:
    """The sheets of an opened book in order, hidden ones too. `stream` is its workbook stream."""
    budget = Budget(limits)
    budget.check_sheets(book.nsheets)
    styles = [_format_kind(book, style) for style in book.xf_list]
    reader = _Reader(book, budget, Words(budget), styles)
    notes: list[Note] = []
    grids = []
    never_calculated = formulas_without_result(stream)
    for number, sheet in enumerate(book.sheets()):
        grid = reader.sheet(sheet)
        for place in never_calculated.get(number, ()):
            grid.cells.pop(place, None)
            budget.add(grid, (*place, "uncached", "", None, False))
        notes += [*reader.taken_notes(), *budget.finish(grid)]
        grids.append(grid)
    if not grids:
        raise Unreadable("U18")
    return grids, notes


def open_book(data: bytes) -> Any:
    """xlrd's book with its formats. Raises Unreadable where xlrd gives up."""
    try:
        return xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO(), ragged_rows=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise Unreadable("U03") from error
        raise Unreadable("U01", {"detail": str(error)[:80]}) from error
    except _XLRD_ERRORS as error:
        raise Unreadable("U01", {"detail": f"xls: {type(error).__name__}"}) from error


def _format_kind(book: Any, style: Any) -> FormatKind:
    found = book.format_map.get(style.format_key)
    return format_kind(found.format_str if found else None, style.format_key)


class _Reader:
    """Turns xlrd's sheets into grids."""

    def __init__(self, book: Any, budget: Budget, words: Words, styles: list[FormatKind]) -> None:
        self._book = book
        self._budget = budget
        self._words = words
        self._styles = styles
        self._fonts = [font.name for font in book.font_list]
        self._cell_fonts = [self._font(style.font_index) for style in book.xf_list]
        self._notes: list[Note] = []

    def taken_notes(self) -> list[Note]:
        """The notes since the last call: the first ten texts of a sheet that lost glyphs."""
        notes, self._notes = self._notes[:10], []
        return notes

    def sheet(self, sheet: Any) -> Grid:
        """One sheet as a grid."""
        grid = Grid(sheet.name, sheet.visibility == 0)
        for top, bottom, left, right in sheet.merged_cells:
            self._budget.add_merge(grid, Merge(top + 1, left + 1, bottom, right))
        grid.hidden_rows = {number + 1 for number, info in sheet.rowinfo_map.items() if info.hidden}
        grid.hidden_columns = {number + 1 for number, info in sheet.colinfo_map.items() if info.hidden and number < 256}
        for row in range(sheet.nrows):
            kinds, values, styles = sheet.row_types(row), sheet.row_values(row), sheet._cell_xf_indexes[row]
            for column, kind in enumerate(kinds):
                if kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                    self._add(grid, sheet, row, column, kind, values[column], styles[column])
        return grid

    def _add(self, grid: Grid, sheet: Any, row: int, column: int, kind: int, value: Any, style: int) -> None:
        place = (row + 1, column + 1)
        if kind == xlrd.XL_CELL_TEXT:
            self._add_text(grid, place, self._runs(value, sheet.rich_text_runlist_map.get((row, column)), style), style)
            return
        cell: RawCell
        if kind == xlrd.XL_CELL_BOOLEAN:
            cell = (*place, "bool", "TRUE" if value else "FALSE", None, False)
        elif kind == xlrd.XL_CELL_ERROR:
            cell = (*place, "error", error_text_from_code.get(value, "#?"), None, False)
        else:
            cell = self._number(grid, place, value, style)
        self._budget.add(grid, cell)

    def _number(self, grid: Grid, place: tuple[int, int], value: float, style: int) -> RawCell:
        text = float_digits(value)
        if text is None:
            raise Unreadable("U13", {"text": str(value)}, sheet=grid.name, cell=grid.address(*place))
        kind = self._styles[style] if style < len(self._styles) else "number"
        when = moment(text, self._book.datemode == 1) if kind == "date" else None
        if when is not None:
            return (*place, "date", when.isoformat(), text, False)
        return (*place, "number", text, None, kind == "percent")

    def _add_text(self, grid: Grid, place: tuple[int, int], runs: list[Run], style: int) -> None:
        font = self._cell_fonts[style] if style < len(self._cell_fonts) else None
        text, raw, is_lossy = self._words.read_runs(runs, font)
        if not text:
            return
        self._budget.add(grid, (*place, "text", text, raw, False))
        if is_lossy:
            self._notes.append(Note("U55", grid.name, grid.address(*place), {"text": text[:60]}))

    def _runs(self, text: str, runs: list[tuple[int, int]] | None, style: int) -> list[Run]:
        """The text cut where its font changes; before the first change the font of the cell holds."""
        del style
        if not runs:
            return [(text, None)]
        bounds = [0, *(offset for offset, _ in runs), len(text)]
        fonts = [None, *(self._font(font) for _, font in runs)]
        pieces = zip(bounds, bounds[1:], fonts, strict=False)
        return [(text[start:end], font) for start, end, font in pieces if start < end]

    def _font(self, index: int) -> str | None:
        return self._fonts[index] if index < len(self._fonts) else None
