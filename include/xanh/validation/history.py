"""What a file says against what the warehouse knew before it: strange but possible values, always as warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

from xanh.database.warehouse import sql
from xanh.language import periods
from xanh.language.exact import telling_digits
from xanh.language.spoken import spoken_number
from xanh.language.spoken_periods import spoken_period
from xanh.model import Issue, Observation, Period, Reading
from xanh.validation import absent, messages
from xanh.validation.openings import Opening, openings

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.database.warehouse import Connection

Rows = Sequence[Mapping[str, Any]]
Carried = Mapping[tuple[str, str, str], Opening]
_YEARS = 5
"""So far back the past of a series counts."""
_DIGITS = 12
"""So many digits of a column, in numbers of two or more, are hardly the same in two periods. ASSUMED."""
COMPARED = ("period", "stock", "ytd")
"""Flows of values that are held against others."""
_RULES = ("level", "repeated", "other_sender", "parts", "opening", "swapped", "moved_column", "blank")
_KINDS = {"factor": "HIST-FACTOR", "level": "HIST-LEVEL"}
_REVISION = re.compile(r"điều chỉnh\s+(?:số liệu\s+)?tháng\s+\d{1,2}[^:]*:\s*([+-]?\s*[\d.]+(?:,\d+)?)", re.IGNORECASE)
"""FORMS, F01: a note may announce the revision of an older month, in the unit of the row."""


def find(connection: Connection, catalog: Catalog, reading: Reading, issues: Sequence[Issue]) -> list[Issue]:
    """The warnings about the reading's values; cells with a warning already and files that are rejected are left alone.

    Call it before the submission is loaded, inside a transaction: its tables are emptied by the commit.
    """
    known = [*reading.issues, *issues]
    is_rejected = any(issue.severity == "critical" for issue in known)
    carried = openings(catalog, reading)
    if is_rejected or reading.period is None or not _fill(connection, catalog, reading, carried):
        return []
    rows = _ask(connection, reading, reading.period)
    found = [
        *_level(catalog, reading, rows["level"]),
        *_year_to_date(catalog, reading, rows["year_to_date"]),
        *_other_sender(catalog, reading, rows["other_sender"]),
        *_parts(catalog, reading, rows["parts"]),
        *_opening(catalog, reading, rows["opening"], carried),
        *_swapped(catalog, reading, rows["swapped"]),
        *_moved_column(catalog, reading, rows["moved_column"]),
        *_blank(catalog, reading, rows["blank"]),
    ]
    blamed = _blamed(known)
    kept: dict[tuple[str | None, str | None], Issue] = {}
    for issue in found:
        kept.setdefault((issue.sheet, issue.cell), issue)
    left = [issue for place, issue in kept.items() if place not in blamed]
    gone = absent.find(connection, catalog, reading, reading.period)
    return [*_repeated(catalog, reading, reading.period, rows["repeated"]), *gone, *left]


def _blamed(issues: Sequence[Issue]) -> set[tuple[str | None, str | None]]:
    return {(issue.sheet, cell) for issue in issues if issue.severity != "info" for cell in (issue.cell, *issue.cells)}


def _fill(connection: Connection, catalog: Catalog, reading: Reading, carried: Carried) -> bool:
    """Streams the values that a rule looks at, and blank cells, into the session's table; False when there is no value."""
    connection.execute(sql("history/clear"))
    revisions = _stated_revisions(reading)
    is_filled = False
    with connection.cursor() as cursor, cursor.copy(sql("history/copy_stated")) as copy:
        for ordinal, one in enumerate(reading.observations):
            if one.flow in COMPARED and (one.value is not None or not (one.source_value or "").strip()):
                opening = carried.get((one.source_sheet, one.source_cell, one.measure))
                copy.write_row(_row(ordinal, one, catalog, reading.department, revisions, opening))
                is_filled = is_filled or one.value is not None
    return is_filled


def _row(
    ordinal: int, one: Observation, catalog: Catalog, department: str, revisions: Mapping[tuple[str, int], Decimal],
    opening: Opening | None,
) -> tuple[object, ...]:  # fmt: skip
    measure = catalog.measures.get(one.measure)
    number = re.search(r"\d+", one.source_cell)
    revision = revisions.get((one.source_sheet, int(number[0])), Decimal(0)) * one.factor if number else Decimal(0)
    period = one.period
    return (
        ordinal, department, one.form, one.measure, one.item_code or one.item_name or "", one.area or "", period.code,
        period.start, period.end, period.frequency, one.flow, one.value,
        measure is not None and measure.unit_family == "count", revision, _column_of(one),
        None if opening is None else opening.value,
    )  # fmt: skip


def _column_of(one: Observation) -> str:
    """The sheet's column that the value stands in, the first of several."""
    return f"{one.source_sheet}!{one.source_cell.rstrip('0123456789').partition('+')[0].rstrip('0123456789')}"


def _stated_revisions(reading: Reading) -> dict[tuple[str, int], Decimal]:
    """By sheet and row, in the unit of the row: the sum of what its note says that older months were revised by."""
    found: dict[tuple[str, int], Decimal] = {}
    for table in reading.tables:
        for row in table.rows:
            note, number = row.get("note"), row.get("row_no")
            if isinstance(note, str) and isinstance(number, Decimal):
                amount = sum((_amount(text) for text in _REVISION.findall(note)), Decimal(0))
                if amount:
                    found[table.sheet, int(number)] = amount
    return found


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text.replace(" ", "").replace(".", "").replace(",", "."))
    except InvalidOperation:
        return Decimal(0)


def _ask(connection: Connection, reading: Reading, period: Period) -> dict[str, list[dict[str, Any]]]:
    """What each rule's query finds, by its name: sent together, behind the one that reads the past for all of them.

    Without a past there is nothing to ask: every rule holds a value against an earlier one.
    """
    parameters = _parameters(reading, period)
    with connection.pipeline():
        connection.execute("set local enable_sort = off")
        past = connection.execute(sql("history/past"), parameters)
        connection.execute("set local enable_sort to default")
    if past.rowcount == 0:
        return {name: [] for name in (*_RULES, "year_to_date")}
    rules = (*_RULES, "year_to_date") if period.frequency == "M" and period.end.month > 1 else _RULES
    with ExitStack() as stack:
        cursors = {name: stack.enter_context(connection.cursor(row_factory=dict_row)) for name in rules}
        with connection.pipeline():
            connection.execute("set local enable_nestloop = off")  # nobody knows how full the session's tables are
            for name, cursor in cursors.items():
                cursor.execute(sql(f"history/{name}"), parameters)
            connection.execute("set local enable_nestloop to default")
        return {"year_to_date": [], **{name: cursor.fetchall() for name, cursor in cursors.items()}}


def _parameters(reading: Reading, period: Period) -> dict[str, object]:
    previous = periods.previous(period)
    looked_at = [one.period for one in reading.observations if one.value is not None and one.flow in COMPARED]
    return {
        "since": min(date(period.start.year - _YEARS, period.start.month, 1), *(each.start for each in looked_at)),
        "until": max(each.end for each in looked_at),
        "registered": sorted({one.item_code for one in reading.observations if one.item_code is not None}),
        "department_code": reading.department,
        "forms": list(reading.forms),
        "period_code": period.code,
        "period_end": period.end,
        "previous_code": previous.code,
        "previous_end": previous.end,
        "is_february": period.end.month == 2,
        **_shifts(period, {one.period for one in reading.observations if one.flow in COMPARED}),
    }


def _shifts(period: Period, stated: set[Period]) -> dict[str, object]:
    """For each period that values of the report are for, the one that lies as far before as each of the earlier reports."""
    earlier = {
        (each.code, before.code, report.code)
        for each in stated
        if each.frequency == period.frequency
        for before, report in zip(_earlier(each), _earlier(period), strict=True)
    }
    columns = list(zip(*sorted(earlier), strict=True)) or [(), (), ()]
    return dict(zip(("stated_codes", "earlier_codes", "report_codes"), map(list, columns), strict=True))


def _earlier(period: Period) -> tuple[Period, Period]:
    """The periods whose values must not simply be repeated."""
    return periods.previous(period), periods.same_period_last_year(period)


def _issue(catalog: Catalog, rule: str, one: Observation, **params: object) -> Issue:
    cells = one.source_cell.split("+")
    return messages.issue(
        catalog,
        rule,
        sheet=one.source_sheet,
        cell=cells[0],
        value=one.source_value,
        cells=tuple(cells) if len(cells) > 1 else (),
        label=one.source_label,
        unit=one.unit,
        **params,  # type: ignore[arg-type]
    )


def _level(catalog: Catalog, reading: Reading, rows: Rows) -> Iterator[Issue]:
    for row in rows:
        yield _issue(
            catalog,
            _KINDS[row["kind"]],
            reading.observations[row["ordinal"]],
            median=spoken_number(row["median"]),
            count=row["past_count"],
            ratio=spoken_number(row["ratio"]),
        )


def _repeated(catalog: Catalog, reading: Reading, period: Period, rows: Rows) -> Iterator[Issue]:
    """The file that is an earlier one again; else each column that is."""
    told: set[str | None] = set()
    for row in rows:
        one, column = reading.observations[row["ordinal"]], row["column_key"]
        which = next(each for each in _earlier(period) if each.code == row["period_code"])
        words = {"same": row["same"], "compared": row["compared"], "earlier": spoken_period(which)}
        if column is None and not told:
            yield messages.issue(catalog, "HIST-REPEATED", sheet=one.source_sheet, **words)
        elif not told & {None, column} and _is_telling(reading, column):
            yield _issue(catalog, "HIST-COPIED", one, **words)
        told.add(column)


def _is_telling(reading: Reading, column: str) -> bool:
    """Whether numbers of the column, as written, have so many digits that they are not the same again by chance."""
    written = (one.value / one.factor for one in reading.observations if one.value and _column_of(one) == column)
    return sum(digits for value in written if (digits := telling_digits(value)) > 1) >= _DIGITS


def _year_to_date(catalog: Catalog, reading: Reading, rows: Rows) -> Iterator[Issue]:
    for row in rows:
        one = reading.observations[row["ordinal"]]
        words = {"stated": spoken_number(row["stated"]), "expected": spoken_number(row["expected"])}
        yield _issue(catalog, "HIST-YTD", one, **words)


def _other_sender(catalog: Catalog, reading: Reading, rows: Rows) -> Iterator[Issue]:
    for row in rows:
        one = reading.observations[row["ordinal"]]
        department = catalog.departments.get(row["department_code"])
        name = department.name_on(one.period.end).vi if department is not None else row["department_code"]
        other = f"{spoken_number(row['other_value'])} {one.unit}"
        yield _issue(catalog, "HIST-OTHER", one, other=other, department=name, form=row["form_code"])


def _parts(catalog: Catalog, reading: Reading, rows: Rows) -> Iterator[Issue]:
    for row in rows:
        one = reading.observations[row["ordinal"]]
        yield _issue(catalog, "HIST-PARTS", one, parts=spoken_number(row["parts_value"]), count=row["part_count"])


def _opening(catalog: Catalog, reading: Reading, rows: Rows, carried: Carried) -> Iterator[Issue]:
    for row in rows:
        one = reading.observations[row["ordinal"]]
        yield messages.issue(
            catalog,
            "HIST-OPENING",
            sheet=one.source_sheet,
            cell=carried[one.source_sheet, one.source_cell, one.measure].cell,
            value=str(row["opening"]),
            label=one.source_label,
            unit=one.unit,
            earlier=spoken_period(periods.period(row["period_code"])),
            stated=spoken_number(row["opening"]),
            closing=spoken_number(row["closing"]),
        )


def _swapped(catalog: Catalog, reading: Reading, rows: Rows) -> Iterator[Issue]:
    for row in rows:
        one, other = reading.observations[row["ordinal"]], reading.observations[row["other_ordinal"]]
        words = {"other": other.source_cell, "swapped": row["swapped"], "compared": row["compared"]}
        yield _issue(catalog, "HIST-SWAPPED", one, **words)


def _moved_column(catalog: Catalog, reading: Reading, rows: Rows) -> Iterator[Issue]:
    for row in rows:
        one = reading.observations[row["ordinal"]]
        yield _issue(catalog, "HIST-COLUMN", one, outside=row["outside"], compared=row["compared"])


def _blank(catalog: Catalog, reading: Reading, rows: Rows) -> Iterator[Issue]:
    for row in rows:
        yield _issue(catalog, "HIST-BLANK", reading.observations[row["ordinal"]], blank=row["blank"])
