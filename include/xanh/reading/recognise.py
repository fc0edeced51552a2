"""Which table of which form and edition a sheet is: by form number, title and headings, never by position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xanh.catalog import Catalog
from xanh.catalog.forms import Form, FormTable, Layout, layout_of
from xanh.language import periods
from xanh.language.periods import Mention
from xanh.model import Cell, Period, Sheet
from xanh.reading.completeness import is_characteristic, is_mandatory, missing_columns, share
from xanh.reading.grid import Grid
from xanh.reading.headings import Header, find_header
from xanh.reading.titles import Facts, frequencies, heading_period, read_facts, title_periods
from xanh.reading.unread_parts import unread_part
from xanh.reading.wordings import phrases_of, wordings_of

ENOUGH = 0.75
"""The share of its mandatory columns by which a table of an export is known that bears neither number nor title."""


@dataclass(frozen=True)
class FoundTable:
    """A table of a layout on a sheet; `header` is None when a table that must be there was not found."""

    table: FormTable
    header: Header | None
    stop: int
    """The row at which the next table of the sheet begins."""

    @property
    def known_header(self) -> Header:
        """The header of a table that was found; asking for that of a missing one is a mistake of the program."""
        if self.header is None:
            raise ValueError(f"table {self.table.code} has no header")
        return self.header


@dataclass(frozen=True)
class FoundSheet:
    """A sheet that is a form, with what its surroundings say."""

    catalog: Catalog
    sheet: Sheet
    grid: Grid
    facts: Facts
    form: Form
    layout: Layout
    number: Cell | None
    title: Cell | None
    period: Period | None
    period_cell: Cell | None
    stated: tuple[str, ...]
    """All period codes that title lines state; more than one is a contradiction."""
    tables: tuple[FoundTable, ...]
    is_period_of_name: bool = False
    """The sheet states no period; it is the one of the file name."""

    @property
    def is_complete(self) -> bool:
        """Whether every table that must be there has all its mandatory columns, each once."""
        return all(
            found.header is not None and not missing_columns(found.table, found.header, self.period)
            for found in self.tables
            if not found.table.optional or found.header is not None
        )

    @property
    def has_table(self) -> bool:
        """Whether any table of the form was found."""
        return any(found.header is not None for found in self.tables)

    @property
    def top(self) -> int:
        """The row at which the first table begins; 0 where none was found."""
        return min((found.header.top for found in self.tables if found.header), default=0)

    @property
    def is_strange(self) -> bool:
        """Whether the number is the only sign of the form: no title, and less than half of the columns of any table."""
        fits = any(found.header and share(found.table, found.header, self.period) >= 0.5 for found in self.tables)
        return self.is_doubtful and not fits

    @property
    def is_doubtful(self) -> bool:
        """Whether only a number speaks for the form, which a clerk may have left from another: no title, columns missing."""
        return self.number is not None and self.title is None and not self.is_complete

    @property
    def weight(self) -> tuple[int, int, int]:
        """How sure the recognition is, for the choice between forms: a doubtful number is less than title or complete columns."""
        columns = sum(len(found.header.columns) for found in self.tables if found.header)
        signs = 4 * (self.number is not None) + 2 * (self.title is not None)
        if signs == 0 and not self.layout.recognise.by_headings:
            signs = 2
        return (1 if self.is_doubtful else signs, int(self.is_complete), columns)


@dataclass(frozen=True)
class NotFound:
    """A sheet that is no form, with the reason in Vietnamese."""

    sheet: Sheet
    why: str
    titled: tuple[str, ...] = ()
    """Forms whose title stands on the sheet although none of their tables was understood."""


def recognise(
    catalog: Catalog, sheet: Sheet, department: str, stated: Sequence[Mention] = (), *, by_headings: bool = False
) -> list[FoundSheet] | NotFound:
    """The forms that the sheet may be, the likeliest first; usually one.

    `stated`: the periods of the file name, for sheets that state none. `by_headings`: also forms whose number and title are
    not on the sheet, when nearly all their columns are.
    """
    if not sheet.cells:
        return NotFound(sheet, "trang trống")
    grid = Grid(sheet)
    facts = read_facts(grid)
    found = [
        match
        for form in catalog.forms.forms.values()
        if (match := _as_form(catalog, form, sheet, grid, facts, department, stated, by_headings)) is not None
    ]
    if not found:
        return NotFound(sheet, _why_not(catalog, facts), _titled(catalog, facts))
    return sorted(found, key=lambda match: match.weight, reverse=True)


def _titled(catalog: Catalog, facts: Facts) -> tuple[str, ...]:
    """Forms without a printed number are known by their title alone."""
    return tuple(
        form.code
        for form in catalog.forms.forms.values()
        if any(not layout.recognise.numbers and facts.title_of(layout) is not None for layout in form.layouts)
    )


def _why_not(catalog: Catalog, facts: Facts) -> str:
    for form in catalog.forms.forms.values():
        for layout in form.layouts:
            if layout.recognise.not_titles and facts.title_of(layout, strict=False) is not None:
                return f"tiêu đề giống biểu {form.code} nhưng là bảng khác (không thu thập)"
    title = next((line.cell.text for line in facts.lines if len(line.plain) > 12), "")
    shown = f": “{' '.join(title.split())[:80]}”" if title else ""
    return f"không có số biểu, tiêu đề hay đầu bảng của biểu nào trong danh mục{shown}"


def _as_form(
    catalog: Catalog,
    form: Form,
    sheet: Sheet,
    grid: Grid,
    facts: Facts,
    department: str,
    said: Sequence[Mention],
    by_headings: bool,
) -> FoundSheet | None:
    if not (by_headings or any(_may_be(layout, facts) for layout in form.layouts)):
        return None
    for layout in _layouts(form, facts):
        number, title = facts.number_of(layout), facts.title_of(layout)
        if number is None and title is None and not (layout.recognise.by_headings or by_headings):
            continue
        stated = title_periods(form, facts, layout)
        period, cell = stated[0] if stated else (None, None)
        code = heading_period(form, grid) if period is None and "headings" in layout.period_from else None
        is_by_name = period is None and code is None and "column" not in layout.period_from
        code = file_period(form, said) if is_by_name else code
        period = periods.period(code, form.period_basis) if code else period
        if (
            number is None
            and title is None
            and layout.recognise.by_headings
            and not _can_be(catalog, layout, grid, period)
        ):
            continue
        tables = _tables(catalog, layout, grid, period, department)
        match = FoundSheet(
            catalog,
            sheet,
            grid,
            facts,
            form,
            layout,
            number,
            title,
            period,
            cell,
            tuple(dict.fromkeys(each.code for each, _ in stated)),
            tables,
            is_by_name and period is not None,
        )
        if _is_plausible(match):
            return match
    return None


def _may_be(layout: Layout, facts: Facts) -> bool:
    """Whether the number or the title is there, or the form needs neither."""
    return layout.recognise.by_headings or facts.number_of(layout) is not None or facts.title_of(layout) is not None


def _layouts(form: Form, facts: Facts) -> Iterator[Layout]:
    """The edition that holds for the period of the title first."""
    stated = [period for layout in form.layouts for period, _ in title_periods(form, facts, layout)]
    dated = layout_of(form, stated[0].end) if stated else None
    if dated is not None:
        yield dated
    yield from (layout for layout in form.layouts if layout is not dated and (dated is None or not stated))


def _is_plausible(match: FoundSheet) -> bool:
    """With the form number it is the form, whatever its columns; else the columns must bear the title out."""
    if match.number is not None:
        return True
    found = [found for found in match.tables if found.header is not None]
    if match.title is None and match.layout.recognise.by_headings:
        return bool(found) and all(share(each.table, each.known_header, match.period) >= ENOUGH for each in found)
    if match.title is None:
        return (
            bool(found)
            and match.is_complete
            and all(is_characteristic(each.table, each.known_header) for each in found)
        )
    return any(each.header and share(each.table, each.header, match.period) >= 0.5 for each in found)


def _can_be(catalog: Catalog, layout: Layout, grid: Grid, period: Period | None) -> bool:
    """Whether the sheet has the words for enough headings of any table: most sheets of a workbook have not, and need no search."""
    if grid.words is None:
        texts = {cell.text for cells in grid.rows.values() for cell in cells.values() if cell.kind != "number"}
        grid.words = phrases_of(catalog).possible_words(texts)
    for table in layout.tables:
        wanted = [column.code for column in table.columns if is_mandatory(column, period)]
        sayable = wordings_of(catalog, table).sayable(grid.words)
        if sum(code in sayable for code in wanted) >= ENOUGH * len(wanted):
            return True
    return False


def file_period(form: Form, stated: Sequence[Mention]) -> str | None:
    """The code of the only period of the form's frequency that the file name states."""
    letters = frequencies(form)
    codes = {one.code for mention in stated if (one := mention.period(form.period_basis)) and one.frequency in letters}
    return codes.pop() if len(codes) == 1 else None


def _tables(
    catalog: Catalog, layout: Layout, grid: Grid, period: Period | None, department: str
) -> tuple[FoundTable, ...]:
    """The tables of the layout with their headers. Those that this department does not send count as optional."""
    best = [(table, find_header(catalog, table, grid, period)) for table in layout.tables]
    sure = [h for t, h in best if h is not None and (len(best) == 1 or share(t, h, period) >= 0.5)]
    headers = [(table, header if header in sure or _is_apart(table, header, sure) else None) for table, header in best]
    tops = sorted(header.top for _, header in headers if header is not None)
    last = max(grid.rows, default=0) + 1
    is_any = any(header is not None for _, header in headers)
    found = []
    for table, header in headers:
        if (
            header is None
            and is_any
            and (table.optional or (table.departments and department not in table.departments))
        ):
            continue
        stop = next((top for top in tops if header is not None and top > header.bottom), last)
        found.append(FoundTable(table, header, stop))
    lost = unread_part(grid, headers)
    return (*found, FoundTable(lost, None, last)) if lost is not None and is_any else tuple(found)


def _is_apart(table: FormTable, header: Header | None, others: Sequence[Header]) -> bool:
    """Whether the header, of which most columns were not understood, stands below that of another table and is none of its rows:
    it is that of its own table, incomplete as it is, and must not be taken for rows of the table above it."""
    if header is None or not any(other.bottom < header.top for other in others):
        return False
    is_overlapping = any(other.top <= header.bottom and header.top <= other.bottom for other in others)
    telling = {column.code for column in table.columns if column.role != "ignored"}
    return not is_overlapping and len(telling & header.columns.keys()) > 1
