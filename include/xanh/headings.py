"""Finds the header of a table on a sheet and which column is which, by the words of the headings and of the groups above them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from xanh.catalog import Catalog
from xanh.catalog.forms import FormTable
from xanh.model import Cell, Period, Sheet
from xanh.phrases import Key, Phrases, bare, split_brackets

TALLEST_HEADER = 9
"""Rows: real headers break their words over up to seven rows."""


@dataclass(frozen=True)
class Heading:
    """What a column's heading says."""

    column: int
    text: str
    address: str
    codes: tuple[str, ...]
    unit: str | None
    """The unit that the heading states, as written."""
    stated: str | None = None
    """With no code: the code that it would have if its period were the file's."""


@dataclass(frozen=True)
class Header:
    """The rows of a header and what its columns mean. Columns in no mapping are not known to the form."""

    top: int
    bottom: int
    headings: Mapping[int, Heading]
    columns: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Column code -> sheet columns; more than one is an ambiguity."""

    @property
    def unknown(self) -> tuple[Heading, ...]:
        """Headings that the form does not know."""
        return tuple(heading for heading in self.headings.values() if not heading.codes)


@dataclass(frozen=True, slots=True)
class Understood:
    """The meaning of one heading: codes, the unit that it states, and the code that it would have with another period."""

    codes: tuple[str, ...]
    unit: str | None
    near: str | None


class Wordings:
    """The keys of a table's columns."""

    def __init__(self, table: FormTable, phrases: Phrases) -> None:
        self.table = table
        self.phrases = phrases
        self.codes: dict[Key, set[str]] = {}
        for column in table.columns:
            for wording in column.headings:
                for key in phrases.wordings(wording):
                    self.codes.setdefault(key, set()).add(column.code)
        self._understood: dict[tuple[tuple[str, ...], Period | None], Understood] = {}
        self._known: dict[str, bool] = {}
        self.words = frozenset(word for key in self.codes for word in key)
        self.timeless: dict[Key, set[str]] = {}
        for key, codes in self.codes.items():
            self.timeless.setdefault(_without_periods(key), set()).update(codes)

    def understand(self, catalog: Catalog, pieces: tuple[str, ...], period: Period | None) -> Understood:
        """What a heading of several pieces says: as it stands, and without its brackets. Remembered, as forms repeat."""
        said = self._understood.get((pieces, period))
        if said is None:
            text, unit = _without_units(catalog, self, pieces)
            readings = tuple(_readings(text))
            codes = next((codes for reading in readings if (codes := self.match(reading, period))), ())
            near = None if codes else next((code for reading in readings if (code := self.near(reading))), None)
            said = Understood(codes, unit, near)
            if len(self._understood) > 20_000:
                self._understood.clear()
            self._understood[(pieces, period)] = said
        return said

    def match(self, text: str, period: Period | None) -> tuple[str, ...]:
        """The codes that a heading's words mean."""
        key = self.phrases.key(text, period)
        found = self.codes.get(key)
        if found is None and period is not None and period.end.month == 12:
            found = self.codes.get(frozenset("@ytd" if word == "@year" else word for word in key))
        return tuple(sorted(found or ()))

    def near(self, text: str) -> str | None:
        """The code that the heading would have with another period in it."""
        key = self.phrases.key(text, None)
        if "@?" not in key:
            return None
        found = self.timeless.get(_without_periods(key))
        return min(found, key=lambda code: (self.table.column(code).mandatory == "never", code)) if found else None

    def knows(self, text: str) -> bool:
        """Whether all words of the text are words of the table's headings."""
        known = self._known.get(text)
        if known is None:
            plain = split_brackets(text)[0] or text
            known = all(word.startswith("@") or word in self.words for word in self.phrases.key(plain, None))
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[text] = known
        return known


def _without_periods(key: Key) -> Key:
    return frozenset(word for word in key if not word.startswith("@"))


def wordings_of(catalog: Catalog, table: FormTable) -> Wordings:
    """The keys of a table, made once a catalogue (whose tables live as long as it does)."""
    made = _made_wordings(catalog)
    if id(table) not in made:
        made[id(table)] = Wordings(table, phrases_of(catalog))
    return made[id(table)]


@lru_cache(maxsize=8)
def _made_wordings(catalog: Catalog) -> dict[int, Wordings]:
    return {}


@lru_cache(maxsize=8)
def phrases_of(catalog: Catalog) -> Phrases:
    """The shared words of a catalogue, made once."""
    return Phrases(catalog.forms.words)


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
            cell = self.rows.get(merge.top, {}).get(merge.left)
            width = merge.right - merge.left + 1
            is_title = merge.left == 1 and width >= max(3, 0.6 * self.width)
            if cell is not None and width > 1 and not is_title:
                covered = self.spans.setdefault(merge.top, {})
                for column in range(merge.left, min(merge.right, self.width) + 1):
                    covered.setdefault(column, cell)

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


class UnitReader:
    """Says whether a text is a unit of the catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        from xanh import units

        self._catalog = catalog
        self._resolve = units.resolve

    def is_unit(self, text: str) -> bool:
        """Whether the whole text names a unit or rate."""
        return self._resolve(self._catalog, text).unit is not None


@lru_cache(maxsize=8)
def units_of(catalog: Catalog) -> UnitReader:
    """The unit reader of a catalogue."""
    return UnitReader(catalog)


def find_header(catalog: Catalog, table: FormTable, grid: Grid, period: Period | None, first: int = 1) -> Header | None:
    """The header of the table from row `first` on that explains the most columns; None where no window explains two."""
    wordings = wordings_of(catalog, table)
    useful = [row for row in grid.filled_rows() if row >= first and _is_headingish(catalog, wordings, grid, row)]
    wanted = sum(column.mandatory == "always" and not column.is_leading for column in table.columns)
    best: tuple[tuple[int, ...], Header] | None = None
    tops = {top: not _cuts_a_group(catalog, grid, top) for top in useful}
    for top, bottom in _windows(useful):
        if not tops[top]:
            continue
        header = _read(catalog, wordings, grid, top, bottom, period)
        score = _score(table, header)
        if score[0] + score[4] >= min(2, len(table.columns)) and (best is None or score > best[0]):
            best = (score, header)
        if best is not None and top > best[1].bottom and best[0][1] == wanted:
            break
    return best[1] if best else None


def _windows(rows: list[int]) -> Iterator[tuple[int, int]]:
    for index, top in enumerate(rows):
        for bottom in rows[index:]:
            if bottom - top >= TALLEST_HEADER:
                break
            yield top, bottom


def _is_headingish(catalog: Catalog, wordings: Wordings, grid: Grid, row: int) -> bool:
    """Whether a row holds words of the table's headings, or a unit or a year below them, and not several numbers."""
    if sum(cell.kind == "number" and not _is_year(cell) for cell in grid.rows[row].values()) > 1:
        return False
    for cell in grid.rows[row].values():
        if _is_year(cell):
            return True
        if cell.kind == "text" and (wordings.knows(cell.text) or units_of(catalog).is_unit(cell.text.strip("() "))):
            return True
    return False


def _is_year(cell: Cell) -> bool:
    return cell.number is not None and 1990 <= cell.number <= 2100 and cell.number % 1 == 0


def _cuts_a_group(catalog: Catalog, grid: Grid, top: int) -> bool:
    """Whether the row above holds a heading over a part of the columns: a header must not lose its groups."""
    above = grid.rows.get(top - 1, {})
    here = set(grid.spans.get(top, {}))
    for cell, width in grid.stretches(top - 1):
        if cell.kind != "text" or not cell.text.strip() or width >= grid.width:
            continue
        plain = bare(cell.text)
        if here and cell.column <= min(here) and (len(above) == 1 or len(plain) > 60):
            continue
        if plain.startswith(_not_groups(catalog)) or units_of(catalog).is_unit(cell.text.strip("() ")):
            continue
        if set(range(cell.column, cell.column + width)) & here:
            return True
    return False


@lru_cache(maxsize=8)
def _not_groups(catalog: Catalog) -> tuple[str, ...]:
    return tuple(bare(start) for start in catalog.forms.words.not_groups)


def _score(table: FormTable, header: Header) -> tuple[int, ...]:
    found = set(header.columns)
    mandatory = sum(1 for column in table.columns if column.mandatory != "never" and column.code in found)
    ambiguous = sum(1 for columns in header.columns.values() if len(columns) > 1)
    near = sum(1 for heading in header.headings.values() if heading.stated)
    return (len(found), mandatory, -ambiguous, -len(header.unknown), near, header.bottom, header.top)


def _read(
    catalog: Catalog, wordings: Wordings, grid: Grid, top: int, bottom: int, period: Period | None
) -> Header:
    headings: dict[int, Heading] = {}
    for column in sorted({c for row in range(top, bottom + 1) for c in grid.spans.get(row, {})}):
        heading = _heading(catalog, wordings, grid, top, bottom, column, period)
        if heading is not None:
            headings[column] = heading
    columns: dict[str, list[int]] = {}
    for heading in headings.values():
        for code in heading.codes:
            columns.setdefault(code, []).append(heading.column)
    return Header(top, bottom, headings, {code: tuple(places) for code, places in columns.items()})


def _heading(
    catalog: Catalog, wordings: Wordings, grid: Grid, top: int, bottom: int, column: int, period: Period | None
) -> Heading | None:
    """The meaning of one column: first with the groups that merged cells state, then with a group that starts further left."""
    own = _pieces(grid, top, bottom, column, spread=False)
    if not own:
        return None
    wide = _pieces(grid, top, bottom, column, spread=True)
    texts = tuple(cell.text for cell in own)
    said = wordings.understand(catalog, texts, period)
    if not said.codes and len(wide) > len(own):
        wider = wordings.understand(catalog, tuple(cell.text for cell in wide), period)
        if wider.codes or (wider.near and not said.near):
            said, texts = wider, tuple(cell.text for cell in wide)
    shown = " / ".join(" ".join(text.split()) for text in texts)
    return Heading(column, shown, own[-1].address, said.codes, said.unit, said.near)


def _pieces(grid: Grid, top: int, bottom: int, column: int, *, spread: bool) -> list[Cell]:
    pieces: list[Cell] = []
    for row in range(top, bottom + 1):
        cells = grid.spans.get(row, {})
        cell = cells.get(column)
        if cell is None and spread and row < bottom:
            left = max((c for c in cells if c < column), default=None)
            cell = cells[left] if left is not None and _is_open_group(grid, row, bottom, left, column) else None
        if cell is not None and cell not in pieces:
            pieces.append(cell)
    return pieces


def _is_open_group(grid: Grid, row: int, bottom: int, left: int, column: int) -> bool:
    """Whether the columns from `left` to `column` all have headings below the row, so that the text may stand over them all."""
    below = {c for r in range(row + 1, bottom + 1) for c in grid.spans.get(r, {})}
    return all(c in below for c in range(left, column + 1))


def _readings(text: str) -> Iterator[str]:
    """The heading as it stands, and without its brackets."""
    yield text
    plain, inner = split_brackets(text)
    if inner and plain:
        yield plain


def _without_units(catalog: Catalog, wordings: Wordings, pieces: tuple[str, ...]) -> tuple[str, str | None]:
    """The heading's words and the unit that it states: a piece of its own, in brackets, or after a comma."""
    reader = units_of(catalog)
    unit: str | None = None
    kept: list[str] = []
    for piece in pieces:
        stripped = piece.strip().strip("()").strip()
        is_word = wordings.knows(stripped) and not piece.strip().startswith("(")
        if len(pieces) > 1 and kept and reader.is_unit(stripped) and not is_word:
            unit = stripped
        else:
            kept.append(piece)
    text = " ".join(kept)
    for inner in split_brackets(text)[1]:
        stated = _after_colon(inner)
        if reader.is_unit(stated):
            unit = stated
            text = text.replace(f"({inner})", " ")
    head, comma, tail = text.rpartition(",")
    if unit is None and comma and reader.is_unit(tail.strip()) and not wordings.match(text, None):
        unit, text = tail.strip(), head
    return text, unit


def _after_colon(text: str) -> str:
    start, colon, rest = text.partition(":")
    return rest.strip() if colon and bare(start) in ("dvt", "don vi tinh", "don vi") else text.strip()
