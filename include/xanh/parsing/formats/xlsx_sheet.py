"""One worksheet of a .xlsx: a streaming pass that turns `<c>` elements into cells and checks them on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from xanh.limits import Limits
from xanh.model import Merge, Note
from xanh.parsing.formats.figures import digits, moment
from xanh.parsing.formats.formulas import Formulas
from xanh.parsing.formats.grid import Budget, Grid, RawCell, Said, too_many
from xanh.parsing.formats.markup import Attributes, unescape
from xanh.parsing.formats.words import Run, Words
from xanh.parsing.formats.xlsx_styles import Shared, Style
from xanh.parsing.unreadable import Unreadable

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?", re.ASCII)
_EXTERNAL = re.compile(r"\[\d+\]")
_ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)
_NO_STYLE = Style("number", None)
_columns: dict[str, int] = {}


def column_number(letters: str) -> int:
    """1 for A, 28 for AB."""
    number = _columns.get(letters)
    if number is None:
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - 64
        _columns[letters] = number
    return number


@dataclass(frozen=True)
class Context:
    """What all sheets of a workbook share."""

    budget: Budget
    words: Words
    shared: Sequence[Shared]
    styles: Sequence[Style]
    is_1904: bool
    formulas: Formulas
    seen: dict[tuple[str, str | None, str], Said] = field(default_factory=dict)
    """What texts said, by the cell's type, font and value."""

    @property
    def limits(self) -> Limits:
        """The limits in force."""
        return self.budget.limits


class SheetPass:
    """The expat handlers of one sheet."""

    def __init__(self, grid: Grid, context: Context) -> None:
        self.grid = grid
        self._lossy: list[tuple[str, str]] = []
        self._linked: list[str] = []
        self._context = context
        self._prefix = ""
        self._cell_name: str | None = None
        self._attributes: Attributes = {}
        self._passed: str | None = None
        self._depth = self._row = self._column = 0
        self._type = self._style = ""
        self._value: str | None = None
        self._formula: str | None = None
        self._runs: list[Run] = []
        self._run_font: str | None = None
        self._buffer: list[str] | None = None
        self._is_in_cell = self._is_filled = self._is_phonetic = self._is_inline = False

    @property
    def notes(self) -> list[Note]:
        """What the sheet showed: texts that lost glyphs (the first ten), values that come from other workbooks."""
        notes = [Note("U55", self.grid.name, address, {"text": text}) for address, text in self._lossy[:10]]
        if self._linked:
            notes.append(Note("U56", self.grid.name, self._linked[0], {"count": str(len(self._linked))}))
        return notes

    def start(self, name: str, attributes: Attributes) -> None:
        """Handles an opening tag. Most cells of real sheets are styled and empty: they cost as little as possible."""
        self._depth += 1
        if name == self._cell_name:
            if self._is_in_cell:
                raise Unreadable("U01", {"detail": "ô lồng nhau"}, sheet=self.grid.name)
            self._is_in_cell = True
            self._is_filled = False
            self._attributes = attributes
            return
        if self._depth > self._context.limits.xml_depth:
            raise too_many("tầng lồng nhau", self._depth, self._context.limits.xml_depth)
        if self._cell_name is None:
            self._prefix = name[: name.rfind(":") + 1]
            self._cell_name = f"{self._prefix}c"
        name = name.removeprefix(self._prefix)
        if self._is_in_cell:
            if not self._is_filled:
                self._open_cell(self._attributes)
            self._open_in_cell(name, attributes)
        elif name == "row":
            self._open_row(attributes)
        elif name == "col":
            self._column_range(attributes)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        """Handles a closing tag."""
        self._depth -= 1
        if not self._is_in_cell:
            return
        if name == self._cell_name:
            self._is_in_cell = False
            if self._is_filled:
                self._close_cell()
            else:
                self._pass_cell()
            return
        name = name.removeprefix(self._prefix)
        if name == "v":
            self._value = self._taken()
        elif name == "f":
            self._formula = self._taken()
        elif name == "t" and not self._is_phonetic:
            self._runs.append((unescape(self._taken()), self._run_font))
        elif name == "rPh":
            self._is_phonetic = False

    def characters(self, text: str) -> None:
        """Collects text inside v, f and t."""
        if self._buffer is not None:
            self._buffer.append(text)

    def _taken(self) -> str:
        text = "".join(self._buffer or ())
        self._buffer = None
        return text

    def _open_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        self._row = self._number(number) if number is not None else self._row + 1
        self._column, self._passed = 0, None
        if attributes.get("hidden") in ("1", "true"):
            self.grid.hidden_rows.add(self._row)

    def _pass_cell(self) -> None:
        """Remembers where an empty cell was: the next one may not say where it is."""
        self._passed = self._attributes.get("r")
        if self._passed is None:
            self._column += 1

    def _open_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is not None:
            self._column = self._column_of(reference)
        else:
            self._column = 1 + (self._column if self._passed is None else self._column_of(self._passed))
        self._passed = None
        self._is_filled = True
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._value = self._formula = self._run_font = None
        self._is_inline = False
        if self._runs:
            self._runs = []

    def _column_of(self, reference: str) -> int:
        """The column of an address that must lie in the current row."""
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise Unreadable("U01", {"detail": f"địa chỉ ô {reference[:20]}"}, sheet=self.grid.name)
        row = int(match[2])
        if self._row and row != self._row:
            raise Unreadable("U15", sheet=self.grid.name, cell=reference)
        self._row = row
        return column_number(match[1])

    def _open_in_cell(self, name: str, attributes: Attributes) -> None:
        if name in ("v", "f"):
            if (self._value if name == "v" else self._formula) is not None:
                raise Unreadable("U15", sheet=self.grid.name, cell=self._address())
            self._buffer = []
        elif name == "t" and not self._is_phonetic:
            self._buffer = []
        elif name == "is":
            self._is_inline = True
        elif name == "r":
            self._run_font = None
        elif name == "rFont":
            self._run_font = attributes.get("val")
        elif name == "rPh":
            self._is_phonetic = True

    def _close_cell(self) -> None:
        value = self._value
        if self._is_inline or self._type == "inlineStr":
            self._add_text(self._runs)
        elif value is None or (value == "" and self._formula is not None):
            # `t="str"` with an empty value is a formula whose result is the empty text.
            if self._formula is not None and not (value == "" and self._type == "str"):
                self._add("uncached", "")
        elif self._type != "str" and not value.strip():
            return  # some writers give an empty value to an empty cell
        elif self._type == "s":
            self._add_shared(value)
        elif self._type == "str":
            self._add_text([(unescape(value), None)])
        elif self._type == "e":
            self._add("error", value if value in _ERRORS else "#?" if not value.startswith("#") else value[:20])
        elif self._type == "b":
            self._add("bool", "TRUE" if value.strip() in ("1", "true") else "FALSE")
        elif self._type == "d":
            self._add("date", value.strip().removesuffix("T00:00:00").removesuffix("Z"))
        elif self._type == "n":
            self._add_number(value)
        else:
            raise Unreadable("U01", {"detail": f"kiểu ô {self._type[:20]}"}, sheet=self.grid.name, cell=self._address())

    def _add_shared(self, value: str) -> None:
        index = int(value) if value.strip().isdigit() else -1
        if not 0 <= index < len(self._context.shared):
            raise Unreadable("U01", {"detail": "chuỗi dùng chung"}, sheet=self.grid.name, cell=self._address())
        shared = self._context.shared[index]
        self._add_text([(shared, None)] if isinstance(shared, str) else shared)

    def _add_text(self, runs: Sequence[Run]) -> None:
        if not any(text for text, _ in runs):
            return
        text, raw, is_lossy = self._context.words.read_runs(runs, self._cell_style().font)
        if not text:
            return
        self._add("text", text, raw)
        if is_lossy:
            self._lossy.append((self._address(), text[:60]))

    def _add_number(self, value: str) -> None:
        text = digits(value)
        if text is None:
            raise Unreadable("U13", {"text": value[:40]}, sheet=self.grid.name, cell=self._address())
        kind = self._cell_style().kind
        when = moment(text, self._context.is_1904) if kind == "date" else None
        if when is not None:
            self._add("date", when.isoformat(), text)
        else:
            self._add("number", text, None, kind == "percent")
            if self._formula is not None:
                self._context.formulas.numeric.append((self.grid, (self._row, self._column)))
        if self._formula and _EXTERNAL.search(self._formula):
            self._linked.append(self._address())

    def _add(self, kind: str, text: str, raw: str | None = None, is_percent: bool = False) -> None:
        cell: RawCell = (self._row, self._column, kind, text, raw, is_percent)  # type: ignore[assignment]
        self._context.budget.add(self.grid, cell)

    def _cell_style(self) -> Style:
        styles = self._context.styles
        index = int(self._style) if self._style.isdigit() else 0
        return styles[index] if index < len(styles) else _NO_STYLE

    def _column_range(self, attributes: Attributes) -> None:
        if attributes.get("hidden") not in ("1", "true"):
            return
        first, last = self._number(attributes.get("min", "")), self._number(attributes.get("max", ""))
        self.grid.hidden_columns.update(range(first, min(last, self._context.limits.column) + 1))

    def _merge(self, reference: str) -> None:
        match = _RANGE.fullmatch(reference)
        if match is None:
            raise Unreadable("U01", {"detail": f"vùng ô gộp {reference[:30]}"}, sheet=self.grid.name)
        left, top = column_number(match[1]), int(match[2])
        right, bottom = (column_number(match[3]), int(match[4])) if match[3] else (left, top)
        self._context.budget.add_merge(self.grid, Merge(top, left, bottom, right))

    def _number(self, text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 8:
            raise Unreadable("U01", {"detail": f"số hàng, cột {text[:20]}"}, sheet=self.grid.name)
        return int(text)

    def _address(self) -> str:
        return self.grid.address(self._row, self._column)
