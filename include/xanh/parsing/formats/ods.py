"""Reads .ods: the office:value of every cell, with its styles' fonts, spans, what is hidden, and error results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from xanh.limits import Limits
from xanh.model import CellKind, Merge, Note
from xanh.parsing.formats.figures import digits
from xanh.parsing.formats.grid import Budget, Grid, RawCell
from xanh.parsing.formats.markup import Attributes, Node, local, optional_part, part, stream, tree
from xanh.parsing.formats.words import Run, Words
from xanh.parsing.unreadable import Unreadable

_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|(?:Err|Lỗi|Fehler):\d{3}")
Content = tuple[CellKind, str, str | None, bool]
"""kind, text, raw, is_percent"""
_HIDDEN = ("collapse", "filter")


def read(members: Mapping[str, bytes], limits: Limits) -> tuple[list[Grid], list[Note]]:
    """The tables in order, hidden ones too."""
    budget = Budget(limits)
    fonts, hidden_tables = _styles(members, limits)
    reader = _Pass(budget, Words(budget), fonts, hidden_tables)
    stream(part(members, "content.xml"), limits, reader.start, reader.end, reader.characters)
    budget.check_sheets(len(reader.grids))
    if not reader.grids:
        raise Unreadable("U18")
    notes = list(reader.notes[:20])
    for grid in reader.grids:
        notes += budget.finish(grid)
    return reader.grids, notes


def _styles(members: Mapping[str, bytes], limits: Limits) -> tuple[dict[str, str], set[str]]:
    """Font by style name (through parents), and the names of table styles that hide their table."""
    own: dict[str, str] = {}
    parents: dict[str, str] = {}
    hidden: set[str] = set()
    for name in ("styles.xml", "content.xml"):
        content = optional_part(members, name)
        for style in _style_nodes(content, limits) if content else ():
            key = style.attributes.get("name", "")
            parents[key] = style.attributes.get("parent-style-name", "Default")
            text = style.first("text-properties")
            font = text and (text.attributes.get("font-name") or text.attributes.get("font-family"))
            if font:
                own[key] = font.strip("'")
            if style.value("table-properties", "display") == "false":
                hidden.add(key)
    return {key: font for key in parents if (font := _inherited(key, own, parents))}, hidden


def _style_nodes(content: bytes, limits: Limits) -> list[Node]:
    """Only the style parts of the document: its body may be large."""
    found = []
    for tag in (b"styles", b"automatic-styles"):
        match = re.search(rb"<office:%s\b.*?</office:%s>" % (tag, tag), content, re.DOTALL)
        if match:
            declared = b" ".join(sorted(set(re.findall(rb'xmlns:[\w-]+="[^"]*"', content[:20_000]))))
            opening = match[0].index(b">")
            whole = match[0][:opening] + b" " + declared + match[0][opening:]
            found += tree(whole, limits).all("style")
    return found


def _inherited(key: str, own: Mapping[str, str], parents: Mapping[str, str]) -> str | None:
    for _ in range(20):
        if key in own:
            return own[key]
        if key not in parents or parents[key] == key:
            return None
        key = parents[key]
    return None


@dataclass
class _Open:
    """A table:table-cell that is not closed yet."""

    attributes: Attributes
    repeat: int
    paragraphs: list[list[Run]]


class _Pass:
    """The expat handlers of content.xml."""

    def __init__(self, budget: Budget, words: Words, fonts: Mapping[str, str], hidden_tables: set[str]) -> None:
        self.grids: list[Grid] = []
        self.notes: list[Note] = []
        self._budget = budget
        self._words = words
        self._fonts = fonts
        self._hidden_tables = hidden_tables
        self._row = self._column = self._row_repeat = self._column_number = 0
        self._row_cells: list[RawCell] = []
        self._cell: _Open | None = None
        self._spans: list[str | None] = []
        self._paragraph_depth = self._annotation_depth = self._table_depth = 0
        self._column_styles: dict[int, str] = {}

    @property
    def _grid(self) -> Grid:
        return self.grids[-1]

    def start(self, name: str, raw: Attributes) -> None:
        """Handles an opening tag."""
        tag = local(name)
        attributes = {local(key): value for key, value in raw.items()}
        if tag == "table" and name.startswith("table:"):
            self._table_depth += 1
            if self._table_depth == 1:
                self._open_table(attributes)
        elif not self._table_depth or self._table_depth > 1:
            return
        elif tag == "table-column":
            self._open_column(attributes)
        elif tag == "table-row":
            self._row_repeat = _count(attributes, "number-rows-repeated")
            self._column, self._row_cells = 0, []
            if attributes.get("visibility") in _HIDDEN:
                self._grid.hidden_rows.update(
                    range(self._row + 1, self._row + 1 + min(self._row_repeat, self._budget.limits.row))
                )
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell = _Open(attributes, _count(attributes, "number-columns-repeated"), [])
        elif self._cell is not None:
            self._start_text(self._cell, tag, attributes)

    def _start_text(self, cell: _Open, tag: str, attributes: Attributes) -> None:
        if tag == "annotation":
            self._annotation_depth += 1
        elif self._annotation_depth:
            return
        elif tag == "p":
            self._paragraph_depth += 1
            cell.paragraphs.append([])
        elif tag == "span":
            self._spans.append(self._fonts.get(attributes.get("style-name", "")))
        elif self._paragraph_depth and tag in ("s", "tab", "line-break"):
            self.characters({"tab": "\t", "line-break": "\n"}.get(tag) or " " * min(_count(attributes, "c"), 1000))

    def end(self, name: str) -> None:
        """Handles a closing tag."""
        tag = local(name)
        if tag == "table" and name.startswith("table:"):
            self._table_depth -= 1
        elif not self._table_depth or self._table_depth > 1:
            return
        elif tag == "annotation":
            self._annotation_depth -= 1
        elif self._annotation_depth:
            return
        elif tag == "p" and self._paragraph_depth:
            self._paragraph_depth -= 1
        elif tag == "span" and self._spans:
            self._spans.pop()
        elif tag in ("table-cell", "covered-table-cell") and self._cell is not None:
            self._close_cell(self._cell)
            self._cell = None
        elif tag == "table-row":
            self._close_row()

    def characters(self, text: str) -> None:
        """Collects the text of paragraphs."""
        if self._cell is not None and self._paragraph_depth and not self._annotation_depth and self._cell.paragraphs:
            font = next((font for font in reversed(self._spans) if font), None)
            self._cell.paragraphs[-1].append((text, font))

    def _open_table(self, attributes: Attributes) -> None:
        self.grids.append(Grid(attributes.get("name", ""), attributes.get("style-name") not in self._hidden_tables))
        self._row = self._column_number = 0
        self._column_styles = {}

    def _open_column(self, attributes: Attributes) -> None:
        repeat = min(_count(attributes, "number-columns-repeated"), self._budget.limits.column)
        numbers = range(self._column_number + 1, self._column_number + 1 + repeat)
        if attributes.get("visibility") in _HIDDEN:
            self._grid.hidden_columns.update(numbers)
        if style := attributes.get("default-cell-style-name"):
            self._column_styles.update(dict.fromkeys(numbers, style))
        self._column_number += repeat

    def _close_cell(self, cell: _Open) -> None:
        first = self._column + 1
        self._column += cell.repeat
        content = self._content(cell, first)
        if content is None:
            return
        if cell.repeat > self._budget.limits.column:
            raise Unreadable("U11", {"detail": "number-columns-repeated"}, sheet=self._grid.name)
        self._row_cells += [(0, column, *content) for column in range(first, first + cell.repeat)]
        height, width = (
            _count(cell.attributes, "number-rows-spanned"),
            _count(cell.attributes, "number-columns-spanned"),
        )
        if height * width > 1:
            self._budget.add_merge(self._grid, Merge(self._row + 1, first, self._row + height, first + width - 1))

    def _close_row(self) -> None:
        repeat = self._row_repeat
        if self._row_cells:
            if self._row + repeat > self._budget.limits.row + 1:
                repeat = self._budget.limits.row + 1 - self._row  # the last one exceeds the limit and says so
            for row in range(self._row + 1, self._row + 1 + repeat):
                for cell in self._row_cells:
                    self._budget.add(self._grid, (row, *cell[1:]))
        self._row += self._row_repeat

    def _content(self, cell: _Open, column: int) -> Content | None:
        """kind, text, raw, is_percent of the cell; None for an empty one."""
        attributes = cell.attributes
        kind = attributes.get("value-type")
        shown = "\n".join("".join(text for text, _ in runs) for runs in cell.paragraphs)
        if kind == "error" or (attributes.get("formula") and _ERROR.fullmatch(shown.strip())):
            return ("error", shown.strip() or "#?", None, False)
        if kind in ("float", "currency", "percentage"):
            return self._number(attributes, column, kind == "percentage")
        if kind == "date":
            return ("date", attributes.get("date-value", "").removesuffix("T00:00:00"), None, False)
        if kind == "boolean":
            return ("bool", attributes.get("boolean-value", "").upper(), None, False)
        if kind is None and attributes.get("formula") and not shown:
            return ("uncached", "", None, False)
        return self._text(cell, column) if shown else None

    def _number(self, attributes: Attributes, column: int, is_percent: bool) -> Content:
        value = attributes.get("value", "")
        text = digits(value)
        if text is None:
            raise Unreadable(
                "U13", {"text": value[:40]}, sheet=self._grid.name, cell=self._grid.address(self._row + 1, column)
            )
        return ("number", text, None, is_percent)

    def _text(self, cell: _Open, column: int) -> Content | None:
        font = self._fonts.get(cell.attributes.get("style-name") or self._column_styles.get(column, ""))
        runs: list[Run] = []
        for number, paragraph in enumerate(cell.paragraphs):
            runs += [("\n", None)] if number else []
            runs += paragraph
        text, raw, is_lossy = self._words.read_runs(runs, font)
        if is_lossy:
            address = self._grid.address(self._row + 1, column)
            self.notes.append(Note("U55", self._grid.name, address, {"text": text[:60]}))
        return ("text", text, raw, False)


def _count(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "1")
    if not text.isascii() or not text.isdigit() or len(text) > 8:
        raise Unreadable("U01", {"detail": name})
    return max(1, int(text))
