"""Finds the header of a table on a sheet and which column is which, by the words of the headings and of the groups above them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from xanh.catalog import Catalog
from xanh.catalog.forms import FormTable
from xanh.model import Cell, Period
from xanh.reading.grid import Grid
from xanh.reading.phrases import bare
from xanh.reading.wordings import Wordings, is_unit, wordings_of

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


def find_header(catalog: Catalog, table: FormTable, grid: Grid, period: Period | None, first: int = 1) -> Header | None:
    """The header of the table from row `first` on that explains the most columns; None where no window explains two.

    Where a window further up explains half as much, it is the header, incomplete as it is: a second copy of the table further
    down must never be read in place of the first.
    """
    found = list(_scored_headers(catalog, table, grid, period, first))
    if not found:
        return None
    best = max(found, key=lambda each: each[0])
    enough = max(2, (_weight(table, best[1]) + 1) // 2)
    above = [each for each in found if each[1].bottom < best[1].top and _weight(table, each[1]) >= enough]
    return max(above or [best], key=lambda each: each[0])[1]


def _scored_headers(
    catalog: Catalog, table: FormTable, grid: Grid, period: Period | None, first: int
) -> Iterator[tuple[tuple[int, ...], Header]]:
    """Every window of rows that explains two columns, until the first complete header is passed."""
    wordings = wordings_of(catalog, table)
    useful = [row for row in grid.filled_rows() if row >= first and _is_headingish(catalog, wordings, grid, row)]
    tops = {top: not _cuts_a_group(catalog, grid, top) for top in useful}
    wanted = sum(column.mandatory == "always" and not column.is_leading for column in table.columns)
    complete: int | None = None
    for top, bottom in _windows(useful):
        if complete is not None and top > complete:
            return
        if not tops[top]:
            continue
        header = _read(catalog, wordings, grid, top, bottom, period)
        score = _score(table, header)
        if score[0] + score[4] < min(2, len(table.columns)):
            continue
        yield score, header
        if score[1] >= wanted:
            complete = max(complete or 0, bottom)


def _weight(table: FormTable, header: Header) -> int:
    """How many columns that carry something the header explains."""
    return sum(column.role != "ignored" and column.code in header.columns for column in table.columns)


def _windows(rows: list[int]) -> Iterator[tuple[int, int]]:
    for index, top in enumerate(rows):
        for bottom in rows[index:]:
            if bottom - top >= TALLEST_HEADER:
                break
            yield top, bottom


def _is_headingish(catalog: Catalog, wordings: Wordings, grid: Grid, row: int) -> bool:
    """Whether a row holds words of the table's headings, or a unit or a year below them, and not several numbers."""
    if grid.is_numeric(row):
        return False
    return grid.has_year(row) or any(
        cell.kind == "text" and (wordings.knows(cell.text) or _are_units(catalog, cell.text))
        for cell in grid.rows[row].values()
    )


def _cuts_a_group(catalog: Catalog, grid: Grid, top: int) -> bool:
    """Whether the row above holds a heading over a part of the columns: a header must not lose its groups."""
    if top not in grid.cuts:
        grid.cuts[top] = _does_cut(catalog, grid, top)
    return grid.cuts[top]


def _does_cut(catalog: Catalog, grid: Grid, top: int) -> bool:
    above = grid.rows.get(top - 1, {})
    here = set(grid.spans.get(top, {}))
    for cell, width in grid.stretches(top - 1):
        if cell.kind != "text" or not cell.text.strip() or width >= grid.width:
            continue
        plain = bare(cell.text)
        if here and cell.column <= min(here) and (len(above) == 1 or len(plain) > 60):
            continue
        if plain.startswith(_not_groups(catalog)) or _are_units(catalog, cell.text):
            continue
        if set(range(cell.column, cell.column + width)) & here:
            return True
    return False


@lru_cache(maxsize=1 << 13)
def _are_units(catalog: Catalog, text: str) -> bool:
    """Whether the text names a unit, or several: Tỷ đồng; %."""
    return all(is_unit(catalog, part.strip("() ")) for part in text.split(";"))


@lru_cache(maxsize=8)
def _not_groups(catalog: Catalog) -> tuple[str, ...]:
    return tuple(bare(start) for start in catalog.forms.words.not_groups)


def _score(table: FormTable, header: Header) -> tuple[int, ...]:
    found = set(header.columns)
    mandatory = sum(1 for column in table.columns if column.mandatory != "never" and column.code in found)
    ambiguous = sum(1 for columns in header.columns.values() if len(columns) > 1)
    near = sum(1 for heading in header.headings.values() if heading.stated)
    return (len(found), mandatory, -ambiguous, -len(header.unknown), near, -header.top, header.bottom)


def _read(catalog: Catalog, wordings: Wordings, grid: Grid, top: int, bottom: int, period: Period | None) -> Header:
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
    """The meaning of one column: first with the groups that merged cells state, then with a group that starts further left.

    A heading that needs no group to be understood has the unit of its group all the same, where the form prints it below that group.
    """
    own = _pieces(grid, top, bottom, column, spread=False)
    if not own:
        return None
    texts = tuple(cell.text for cell in own)
    said = wordings.understand(catalog, texts, period)
    wide = own if said.codes and said.unit else _pieces(grid, top, bottom, column, spread=True)
    if len(wide) > len(own):
        wider = wordings.understand(catalog, tuple(cell.text for cell in wide), period)
        if wider.codes == said.codes if said.codes else wider.codes or (wider.near and not said.near):
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
