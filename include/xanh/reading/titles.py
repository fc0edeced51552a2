"""What stands around the tables of a sheet: form number, title, period, unit line, number of the amendment, heading of the sender."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice, takewhile

from xanh.catalog import Catalog
from xanh.catalog.forms import Form, Layout
from xanh.codes import units
from xanh.language import periods
from xanh.model import Cell, Period
from xanh.reading.grid import Grid
from xanh.reading.phrases import bare, mentions, split_brackets

TOP_ROWS = 25
"""Filled rows: titles stand among the first ones, wherever the sheet begins."""

_AMENDMENT = re.compile(r"\b(?:sua doi|bo sung|dieu chinh)[ ,a-z]*\blan\s*(?:thu\s*)?(\d+)")
_DATE_LINE = re.compile(r"^[^,;:]{2,30}, ?ngay (\d{1,2}) thang (\d{1,2}) nam (\d{4})\.?$")
_STATED_NUMBER = re.compile(r"(?:bieu(?: mau)?|mau)(?: so)?[ :.]*(\d{1,2})(?!\d)")
_BEHIND_DASH = re.compile(r"\s[-–—]\s+([^-–—]+)$")
_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Line:
    """A text of the sheet outside its tables."""

    cell: Cell
    plain: str
    spaced: str
    """The words with one space before, between and after them."""
    is_reference: bool
    """A line such as (Kèm theo Báo cáo ...), which repeats numbers and titles of letters."""


@dataclass(frozen=True)
class Facts:
    """The lines of a sheet above its first table, and what they say."""

    lines: tuple[Line, ...]
    amendment: tuple[int, Cell] | None
    spaced: str
    """The words of all lines, one after the other."""
    squeezed: str
    """Letters and digits of all lines."""
    _found: dict[tuple[int, str], Cell | None] = field(default_factory=dict, compare=False, repr=False)
    """What was looked for already, by layout: every form asks several times. Layouts live as long as their catalogue."""

    def number_of(self, layout: Layout) -> Cell | None:
        """The cell with the form number of the layout."""
        key = (id(layout), "number")
        if key not in self._found:
            self._found[key] = self._number_of(layout)
        return self._found[key]

    def title_of(self, layout: Layout, *, strict: bool = True) -> Cell | None:
        """The first cell of the title of the layout; the title may be broken over two lines. Not strict: also of a like form."""
        key = (id(layout), "title" if strict else "like title")
        if key not in self._found:
            self._found[key] = self._title_of(layout, strict)
        return self._found[key]

    def _number_of(self, layout: Layout) -> Cell | None:
        likely = [each for each in layout.recognise.numbers if _core(each) in self.squeezed]
        wanted = [pattern for each in likely if (pattern := _number(each)).search(self.squeezed)]
        for line in self.lines if wanted else ():
            if any(pattern.search(squeezed(line.plain)) for pattern in wanted):
                return line.cell
        return None

    def _title_of(self, layout: Layout, strict: bool) -> Cell | None:
        titles = [title for each in layout.recognise.titles if (title := _spaced(each)) in self.spaced]
        if not titles:
            return None
        for index, line in enumerate(self.lines):
            if line.is_reference:
                continue
            alone = line.spaced
            joined = f"{alone}{self.lines[index + 1].spaced[1:]}" if index + 1 < len(self.lines) else alone
            for title in titles:
                if title not in alone and not (title in joined and _begins(title, alone)):
                    continue
                if strict and any(_spaced(other) in joined for other in layout.recognise.not_titles):
                    return None
                return line.cell
        return None


def _begins(title: str, alone: str) -> bool:
    """Whether the first line holds at least the first two words of a title that runs over two lines."""
    return f" {' '.join(title.split()[:2])} " in alone


@lru_cache(maxsize=256)
def _number(number: str) -> re.Pattern[str]:
    """The form number without signs, not as the end of a longer number; its leading zero may be left out after "Biểu số"."""
    plain = squeezed(number)
    return re.compile(rf"(?<!\d){plain}|(?:bieu|so){_core(number)}")


@lru_cache(maxsize=256)
def _core(number: str) -> str:
    """What every spelling of the form number has in it."""
    return squeezed(number).lstrip("0")


@lru_cache(maxsize=1 << 13)
def squeezed(text: str) -> str:
    """Letters and digits only: "Biểu số: 01 / SCT-CN" is bieuso01sctcn."""
    return _LETTERS.sub("", bare(text))


@lru_cache(maxsize=1 << 13)
def _spaced(text: str) -> str:
    """The words of a text with one space before, between and after them."""
    return f" {_LETTERS.sub(' ', bare(text)).strip()} "


def read_facts(grid: Grid) -> Facts:
    """The texts of the first rows of a sheet."""
    lines = [
        _line(cell)
        for row in islice(grid.filled_rows(), TOP_ROWS)
        for _, cell in sorted(grid.rows[row].items())
        if cell.kind == "text" and len(cell.text.strip()) > 1
    ]
    words = "".join(line.spaced[1:] for line in lines)
    return Facts(tuple(lines), _amendment(lines), f" {words}", "|".join(squeezed(line.plain) for line in lines))


def _line(cell: Cell) -> Line:
    plain = bare(cell.text)
    return Line(cell, plain, _spaced(plain), plain.startswith(("(kem theo", "kem theo")))


def _amendment(lines: list[Line]) -> tuple[int, Cell] | None:
    for line in lines:
        found = _AMENDMENT.search(line.plain)
        if found:
            return int(found[1]), line.cell
    return None


def date_line(facts: Facts, header_top: int) -> tuple[date, Cell] | None:
    """The day that the heading states with its place ("Cao Bằng, ngày 5 tháng 4 năm 2025"), and its cell."""
    for line in facts.lines:
        found = _DATE_LINE.match(line.plain) if line.cell.row < header_top else None
        if found:
            day, month, year = map(int, found.groups())
            try:
                return date(year, month, day), line.cell
            except ValueError:
                return None
    return None


def other_number(facts: Facts, layout: Layout, header_top: int) -> Cell | None:
    """The cell above the table that begins with the number of another form than the one that the sheet was found to be."""
    own = {int(each.partition("/")[0]) for each in layout.recognise.numbers}
    if not own or facts.number_of(layout) is not None:
        return None
    for line in facts.lines:
        found = _STATED_NUMBER.match(line.plain) if line.cell.row < header_top and not line.is_reference else None
        if found is not None:
            return line.cell if int(found[1]) not in own else None
    return None


def title_periods(form: Form, facts: Facts, layout: Layout) -> list[tuple[Period, Cell]]:
    """The periods of the form's frequency that the title, the lines just below it and "Kỳ báo cáo" state, with their cells."""
    title = facts.title_of(layout)
    anchor = title or facts.number_of(layout)
    letters = frequencies(form)
    found: list[tuple[Period, Cell]] = []
    for line in facts.lines:
        is_own = line.cell is title or line.plain.startswith("ky bao cao")
        if is_own or (anchor is not None and _continues(anchor, line)):
            stated = [
                one for one in periods.find_periods(line.cell.text, form.period_basis) if one.frequency in letters
            ]
            found += [(one, line.cell) for one in stated if one.frequency == stated[0].frequency]
    return found


def is_cumulative(catalog: Catalog, cell: Cell) -> bool:
    """Whether a title says that its numbers run from the start of the year, before it names the period: LŨY KẾ ĐẾN QUÝ III."""
    found = min(
        (at for word in catalog.forms.words.cumulative if (at := bare(cell.text).find(bare(word))) >= 0), default=-1
    )
    return found >= 0 and not periods.find_mentions(bare(cell.text)[:found])


def _continues(anchor: Cell, line: Line) -> bool:
    """Whether a line may carry the period of the title: just below it, in its column, and no reference to a letter."""
    below = 0 < line.cell.row - anchor.row <= 2 and line.cell.column == anchor.column
    return below and not line.plain.startswith(("(kem theo", "kem theo", "(ban hanh", "ban hanh", "so:", "so "))


def frequencies(form: Form) -> frozenset[str]:
    """The lengths of the form's reference period, as in Period.frequency."""
    letters = {"month": "M", "quarter": "Q", "half": "H", "year": "A"}
    return frozenset(letters[each] for each in (form.frequency, *form.also))


def unit_line(catalog: Catalog, grid: Grid, header_top: int, header_bottom: int) -> tuple[str, Cell] | None:
    """The unit that the line above a header states: "Đơn vị tính: tấn", also in brackets or at the end of a title, "(nghìn tấn)",
    or a cell whose only text is a unit.

    A line alone in its row is one too where the header was found to begin above it, with a line of the title.
    """
    rows = [row for row in grid.filled_rows() if header_top - 6 <= row < header_bottom]
    table = next((row for row in rows if row >= header_top and len(grid.rows[row]) > 1), header_bottom)
    left = min(grid.rows.get(table, {1: None}))
    for row in reversed(rows):
        is_alone = len(grid.rows[row]) == 1
        for cell in grid.rows[row].values() if is_alone or row < header_top else ():
            if cell.kind != "text":
                continue
            is_title = row < header_top or (row < table and cell.column <= left)
            if unit := _stated_unit(catalog, cell.text, is_only=is_alone and row < table, is_title=is_title):
                return unit, cell
    return None


def _stated_unit(catalog: Catalog, text: str, *, is_only: bool, is_title: bool) -> str | None:
    """The unit after "Đơn vị tính:", that the text is if nothing else stands beside it, or that ends a title."""
    for piece in (text, *_asides(text)):
        if stated := _named_unit(catalog, piece):
            return stated
        first = piece.partition(";")[0].strip()
        if is_only and piece is text and units.resolve(catalog, first).unit is not None:
            return first
        if is_title and piece is not text and len(first) > 1 and _is_amount(catalog, first):
            return first
    return None


def _named_unit(catalog: Catalog, text: str) -> str | None:
    """What follows the words for the unit: any text behind them and a colon, else a unit ("ĐVT kg", never "Đơn vị gửi: Sở ...")."""
    head, colon, tail = text.partition(":")
    named, stated = bare(head), tail.strip().rstrip(".")
    for start in (bare(word) for word in catalog.forms.words.unit_lines):
        if colon and named.startswith(start) and (named == start or units.resolve(catalog, stated).unit is not None):
            return stated
        behind = " ".join(text.split()[len(start.split()) :]).rstrip(".")
        if not colon and named.startswith(f"{start} ") and _is_amount(catalog, behind):
            return behind
    return None


def _is_amount(catalog: Catalog, text: str) -> bool:
    """Whether a text is a unit of amounts: a title may say things (chợ), a share or a time of something else."""
    unit = units.resolve(catalog, text).unit
    return unit is not None and unit.dimension not in ("count", "ratio", "duration")


def _asides(text: str) -> Iterator[str]:
    """What stands in brackets, and behind the last dash."""
    yield from split_brackets(text)[1]
    if found := _BEHIND_DASH.search(text):
        yield found[1]


def heading_period(form: Form, grid: Grid) -> str | None:
    """The latest month that the headings of a sheet state with its year, read down each column; for monthly forms."""
    latest: tuple[int, int] | None = None
    for text in _column_texts(grid):
        for _, _, mention in mentions(bare(text)):
            if mention.year and mention.kind in ("M", "N", "Q") and form.frequency == "month":
                month = 3 * mention.number if mention.kind == "Q" else mention.number
                latest = max(latest or (0, 0), (mention.year, month))
    return f"{latest[0]}-{latest[1]:02d}" if latest else None


def _column_texts(grid: Grid) -> Iterator[str]:
    """The texts above the first row of numbers, column by column from the second on."""
    rows = list(takewhile(lambda row: not grid.is_numeric(row), islice(grid.filled_rows(), TOP_ROWS)))
    for column in range(1, grid.width + 1):
        yield " ".join(grid.spans[row][column].text for row in rows if column in grid.spans.get(row, {}))
