"""A worksheet of a .xlsx in bulk: expat reads the tags of the rows and all that is unusual, one regular expression the cells
of each row whose cells are written the usual way.

A cell that the expression takes becomes what the handlers of `SheetPass` make of it, in its place between the other tags. A row in
which anything else stands is left to them as a whole, and so is a sheet with comments or in another encoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.parsers import expat

from xanh.parsing.formats.figures import digits
from xanh.parsing.formats.grid import Grid, Said
from xanh.parsing.formats.markup import Attributes, check_tags, is_plain, parser_of, run_expat, unescape, without
from xanh.parsing.formats.xlsx_sheet import Context, SheetPass, column_number
from xanh.parsing.formats.xlsx_styles import Shared, Style

_TEXT = r"[^<>&\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
"""A character of XML that stands for itself."""
_REFERENCE = r"&(?:amp|lt|gt|quot|apos|#(?:10|3[2-9]|[4-9][0-9]|[1-9][0-9]{2,3}|[1-4][0-9]{4}));"
"""One to a character that is valid whatever its number."""
_REFERRED = re.compile(_REFERENCE)
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_SAID = rf"{_TEXT}*(?:{_REFERENCE}{_TEXT}*)*"
_FORMULA = rf'<f(?: t="shared")?(?: ref="[A-Z0-9:]+")?(?: si="[0-9]+")?(?:/>|>{_SAID}</f>)'
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,6})")?(?: t="(n|s|str|b|e|inlineStr)")?>'
    rf'(?:({_FORMULA})?<v>({_SAID})</v>|<is><t(?: xml:space="preserve")?>({_SAID})</t></is>)?</c>'
)
_PIECES = _CELL.groups + 1
_EMPTY_CELL = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,6}")?\s?/>')
_BLANK = rb'[1-9][0-9]{0,6}"(?![^<>]*hidden)[^<>]*(?:/>|></row>)'
_BLANK_ROW = re.compile(
    rb'(<row r="(?:(?<=</row><row r=")|(?<=<sheetData><row r="))%b(?:<row r="%b)*)' % (_BLANK, _BLANK)
)
"""The same text first, so that the search is quick; what stands before it is looked at then."""
_UNPLACED = re.compile(rb'<(?:c|row)(?! r=")[\s/>]')
_ROW, _END_OF_ROW = b"<row ", b"</row>"
_INLINE = "is"
"""In place of a cell's type: its text stands in the cell."""


class BulkPass(SheetPass):
    """The handlers of one sheet, and the shorter way for rows of usual cells."""

    def __init__(self, grid: Grid, context: Context) -> None:
        super().__init__(grid, context)
        self._looks: dict[str | None, Style] = {}
        self._is_row_open = self._is_new = False
        self._lowest = 0

    def read(self, content: bytes) -> None:
        """Fills the grid from the sheet's part. Raises Unreadable."""
        limits = self._context.limits
        if _UNPLACED.search(content) or not is_plain(content):
            run_expat(content, limits, self.start, self.end, self.characters)
            return
        content = _EMPTY_CELL.sub(b"", content)
        check_tags(content.count(b"<"), limits)
        try:
            self._read(without(content, _BLANK_ROW))
        except expat.ExpatError:
            run_expat(content, limits, None, None, None)  # says where, counted in the whole
            raise

    def _read(self, content: bytes) -> None:
        parser = parser_of(self.start, self.end, self.characters)
        fed = 0
        for begun, opened, closed, pieces in _usual_rows(content):
            parser.Parse(content[fed:begun], False)
            self._is_row_open = False
            parser.Parse(content[begun:opened], False)
            fed = opened
            if self._is_row_open:
                self._add_row(pieces)
                fed = closed
        parser.Parse(content[fed:], True)

    def _open_row(self, attributes: Attributes) -> None:
        super()._open_row(attributes)
        self._is_row_open = not self._prefix
        self._is_new = self._row > self._lowest
        self._lowest = max(self._lowest, self._row)

    def _open_cell(self, attributes: Attributes) -> None:
        super()._open_cell(attributes)
        self._lowest = max(self._lowest, self._row)

    def _add_row(self, pieces: Sequence[Any]) -> None:
        """Adds the cells of the row that was opened last: from left to right and below all others, none is there already."""
        row, number, cells, looks, seen = self._row, str(self._row), self.grid.cells, self._looks, self._context.seen
        has_room = self._is_new and self._context.budget.has_room(row, len(pieces) // _PIECES)
        last, most = 0, self._context.limits.column if has_room else 0
        count = 0
        for letters, digits_of_row, style, kind, formula, value, inline in zip(
            *(pieces[group::_PIECES] for group in range(1, _PIECES)), strict=True
        ):
            if inline is not None:
                kind, value = _INLINE, inline
            elif value is None:
                continue
            column = column_number(letters)
            if formula is None and last < column <= most and digits_of_row == number:
                look = looks.get(style) or self._look(style)
                said: Said | None = None
                if kind is not None and kind != "n":
                    said = seen.get((kind, look.font, value)) or self._text_said(kind, look.font, value)
                elif look.kind != "date" and (text := digits(value)) is not None:
                    said = "number", text, None, look.kind == "percent"
                if said is not None:
                    cells[row, column] = (row, column, *said)
                    last = column
                    count += 1
                    continue
            self._add_long(letters + digits_of_row, style, kind, formula, value)
            last = max(last, column)
        self._context.budget.count(count)

    def _look(self, style: str | None) -> Style:
        self._style = style or "0"
        look = self._looks[style] = self._cell_style()
        return look

    def _text_said(self, kind: str, font: str | None, value: str) -> Said | None:
        """What a text says; None for anything else, an empty one, and one that lost letters."""
        text: Shared = ""
        if kind == "s" and value.isdigit() and int(value) < len(self._context.shared):
            text = self._context.shared[int(value)]
        elif kind in ("str", _INLINE):
            text = unescape(_resolved(value))
        if not text:
            return None
        words = self._context.words
        shown, raw, is_lossy = words.read(text, font) if isinstance(text, str) else words.read_runs(text, font)
        if is_lossy or not shown:
            return None
        said = self._context.seen[kind, font, value] = "text", shown, raw, False
        return said

    def _add_long(self, reference: str, style: str | None, kind: str | None, formula: str | None, value: str) -> None:
        """Adds one cell as the handlers do."""
        self._open_cell({"r": reference, "s": style or "0", "t": kind or "n"})
        self._value = value = _resolved(value)
        self._formula = None if formula is None else formula.partition(">")[2].removesuffix("</f>")
        if kind == _INLINE:
            self._is_inline, self._runs = True, [(unescape(value), None)]
        self._close_cell()


def _usual_rows(content: bytes) -> Iterator[tuple[int, int, int, list[Any]]]:
    """Of each row of usual cells: where its tag begins, where its cells begin and end, and what `_CELL` splits them into."""
    at = 0
    while (closed := content.find(_END_OF_ROW, at)) >= 0:
        begun = content.rfind(_ROW, at, closed)
        opened = content.find(b">", begun, closed) + 1 if begun >= 0 else 0
        at = closed + 1
        if 0 < opened < closed:
            pieces = _CELL.split(content[opened:closed].decode("utf-8", "surrogateescape"))
            if not any(pieces[::_PIECES]):
                yield begun, opened, closed, pieces


def _resolved(text: str) -> str:
    """The text with its references as the characters that they stand for."""
    return _REFERRED.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    said = reference[0][1:-1]
    return _NAMED.get(said) or chr(int(said[1:]))
