"""What a file says against what the warehouse knew before it: strange but possible values, always as warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

from xanh.database.warehouse import sql
from xanh.feedback.facts import spoken_period
from xanh.language import periods
from xanh.language.spoken import spoken_number
from xanh.model import Issue, Observation, Period, Reading
from xanh.validation import messages

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.database.warehouse import Connection

_KINDS = {"factor": "HIST-FACTOR", "level": "HIST-LEVEL"}
_REVISION = re.compile(r"điều chỉnh\s+(?:số liệu\s+)?tháng\s+\d{1,2}[^:]*:\s*([+-]?\s*[\d.]+(?:,\d+)?)", re.IGNORECASE)
"""FORMS, F01: a note may announce the revision of an older month, in the unit of the row."""
_COLUMNS = (
    "ordinal", "department_code", "form_code", "measure_code", "item_key", "area_code", "period_code", "period_start",
    "period_end", "frequency", "flow", "obs_status", "value", "is_count", "stated_revision",
)  # fmt: skip


def find(
    connection: Connection, catalog: Catalog, reading: Reading, issues: Sequence[Issue], submission_id: int
) -> list[Issue]:
    """The warnings about the reading's values; cells with a warning already and files that are rejected are left alone.

    Call it before the submission is loaded, inside a transaction: it makes a temporary table that goes with the commit.
    `submission_id` is only for the reader of a log.
    """
    known = [*reading.issues, *issues]
    is_rejected = any(issue.severity == "critical" for issue in known)
    if is_rejected or reading.period is None or not any(o.value is not None for o in reading.observations):
        return []
    blamed = _blamed(known)
    _fill(connection, catalog, reading)
    found = [
        *_level(connection, catalog, reading, reading.period),
        *_year_to_date(connection, catalog, reading, reading.period),
        *_other_sender(connection, catalog, reading),
        *_parts(connection, catalog, reading),
    ]
    kept: dict[tuple[str | None, str | None], Issue] = {}
    for issue in found:
        kept.setdefault((issue.sheet, issue.cell), issue)
    left = [issue for place, issue in kept.items() if place not in blamed]
    return [*_repeated(connection, catalog, reading, reading.period), *left]


def _blamed(issues: Sequence[Issue]) -> set[tuple[str | None, str | None]]:
    return {(issue.sheet, cell) for issue in issues if issue.severity != "info" for cell in (issue.cell, *issue.cells)}


def _fill(connection: Connection, catalog: Catalog, reading: Reading) -> None:
    revisions = _stated_revisions(reading)
    connection.execute(sql("history/incoming"))
    connection.execute("truncate incoming")
    with connection.cursor() as cursor, cursor.copy(f"copy incoming ({', '.join(_COLUMNS)}) from stdin") as copy:
        for ordinal, one in enumerate(reading.observations):
            if one.value is not None:
                copy.write_row(_row(ordinal, one, catalog, reading.department, revisions))


def _row(
    ordinal: int, one: Observation, catalog: Catalog, department: str, revisions: Mapping[tuple[str, int], Decimal]
) -> tuple[object, ...]:
    measure = catalog.measures.get(one.measure)
    number = re.search(r"\d+", one.source_cell)
    revision = revisions.get((one.source_sheet, int(number[0])), Decimal(0)) * one.factor if number else Decimal(0)
    period = one.period
    return (
        ordinal, department, one.form, one.measure, one.item_code or one.item_name, one.area, period.code, period.start,
        period.end, period.frequency, one.flow, one.obs_status, one.value,
        measure is not None and measure.unit_family == "count", revision,
    )  # fmt: skip


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


def _rows(connection: Connection, name: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(sql(f"history/{name}"), parameters).fetchall()


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


def _level(connection: Connection, catalog: Catalog, reading: Reading, period: Period) -> Iterator[Issue]:
    for row in _rows(connection, "level", {"period_code": period.code}):
        yield _issue(
            catalog,
            _KINDS[row["kind"]],
            reading.observations[row["ordinal"]],
            median=spoken_number(row["median"]),
            count=row["past_count"],
            ratio=spoken_number(row["ratio"]),
        )


def _repeated(connection: Connection, catalog: Catalog, reading: Reading, period: Period) -> Iterator[Issue]:
    earlier = [periods.previous(period), periods.same_period_last_year(period)]
    parameters = {"period_code": period.code, "earlier": [each.code for each in earlier]}
    for row in _rows(connection, "repeated", parameters):
        one = reading.observations[row["ordinal"]]
        which = next(each for each in earlier if each.code == row["period_code"])
        words = {"same": row["same"], "compared": row["compared"], "earlier": spoken_period(which)}
        yield messages.issue(catalog, "HIST-REPEATED", sheet=one.source_sheet, **words)


def _year_to_date(connection: Connection, catalog: Catalog, reading: Reading, period: Period) -> Iterator[Issue]:
    if period.frequency != "M" or period.end.month == 1:
        return
    previous = periods.previous(period)
    parameters = {
        "department_code": reading.department,
        "forms": list(reading.forms),
        "period_code": period.code,
        "period_end": period.end,
        "previous_code": previous.code,
        "previous_end": previous.end,
        "is_february": period.end.month == 2,
    }
    for row in _rows(connection, "year_to_date", parameters):
        one = reading.observations[row["ordinal"]]
        words = {"stated": spoken_number(row["stated"]), "expected": spoken_number(row["expected"])}
        yield _issue(catalog, "HIST-YTD", one, **words)


def _other_sender(connection: Connection, catalog: Catalog, reading: Reading) -> Iterator[Issue]:
    for row in _rows(connection, "other_sender", {}):
        one = reading.observations[row["ordinal"]]
        department = catalog.departments.get(row["department_code"])
        name = department.name_on(one.period.end).vi if department is not None else row["department_code"]
        other = f"{spoken_number(row['other_value'])} {one.unit}"
        yield _issue(catalog, "HIST-OTHER", one, other=other, department=name, form=row["form_code"])


def _parts(connection: Connection, catalog: Catalog, reading: Reading) -> Iterator[Issue]:
    for row in _rows(connection, "parts", {}):
        one = reading.observations[row["ordinal"]]
        yield _issue(catalog, "HIST-PARTS", one, parts=spoken_number(row["parts_value"]), count=row["part_count"])
