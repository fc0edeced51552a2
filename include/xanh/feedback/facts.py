"""What the ledger and the warehouse know about a submission, as the feedback page and the marked workbook say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from psycopg.rows import class_row, dict_row

from xanh.catalog import Catalog
from xanh.database import warehouse
from xanh.database.warehouse import Connection
from xanh.language import periods
from xanh.language.harmless import harmless
from xanh.language.spoken import spoken_number
from xanh.language.spoken_periods import spoken_code, spoken_period
from xanh.loading.staging import keys_of
from xanh.model import Issue, Period, Reading, Verdict

VIETNAM = timezone(timedelta(hours=7))
MOST_CHANGES = 200
"""Changed values that the page lists; the counts are complete."""
_SUMMED = ("period", "stock")


@dataclass(frozen=True, slots=True)
class Submission:
    """The row of the ledger."""

    submission_id: int
    department_code: str
    file_name: str
    sha256: str
    received_at: datetime
    verdict: Verdict
    form_code: str | None
    area_code: str | None
    period_code: str | None
    revision: int | None
    supersedes: int | None
    corrects: int | None
    observation_count: int | None
    reason: str | None
    original_id: int | None
    """For a duplicate: the submission that had the same bytes first."""
    original_name: str | None
    original_verdict: Verdict | None
    """None while it is not known, and when an operator took that submission back."""


@dataclass(frozen=True, slots=True)
class Total:
    """A measure of this file beside the period before; numbers as written."""

    name: str
    unit: str
    now: str
    before: str | None
    change: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A value against the revision before."""

    kind: str
    what: str
    period: str
    unit: str
    before: str
    after: str
    place: str


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is due next."""

    form: str
    period: str
    due: str
    is_late: bool


@dataclass(frozen=True)
class Facts:
    """Everything that the page says besides the tasks. All texts are harmless already."""

    submission: Submission
    file_name: str
    department: str
    forms: tuple[str, ...]
    period: str | None
    area: str | None
    received: str
    value_count: int
    totals: tuple[Total, ...]
    previous_period: str | None
    change_counts: dict[str, int]
    changes: tuple[Change, ...]
    due: tuple[Due, ...]


def read_facts(connection: Connection, catalog: Catalog, readings: Mapping[int, Reading | None]) -> dict[int, Facts]:
    """The facts of submissions, asked for together; `readings` by submission, None where there is none at hand.

    Raises LookupError when the ledger does not know one.
    """
    answers = _ask(connection, catalog, readings)
    unknown = readings.keys() - answers.submissions.keys()
    if unknown:
        raise LookupError(f"the ledger has no submission {', '.join(map(str, sorted(unknown)))}")
    return {number: _facts(catalog, answers, number, reading) for number, reading in readings.items()}


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the warehouse says about submissions, by submission; what is due by department."""

    submissions: Mapping[int, Submission]
    counts: Mapping[int, dict[str, int]]
    changes: Mapping[int, list[Change]]
    totals: Mapping[int, list[tuple[str, str, str, Decimal]]]
    due: Mapping[str, list[Due]]


def _ask(connection: Connection, catalog: Catalog, readings: Mapping[int, Reading | None]) -> _Answers:
    these = {"submission_ids": list(readings), "most": MOST_CHANGES}
    with connection.cursor(row_factory=class_row(Submission)) as cursor:
        rows = cursor.execute(warehouse.sql("feedback/submission"), these).fetchall()
    submissions = {row.submission_id: row for row in rows}
    keys = {row.submission_id: _previous_keys(catalog, row, readings[row.submission_id]) for row in rows}
    senders = {
        "department_codes": sorted({row.department_code for row in rows}),
        "received_at": min((row.received_at for row in rows), default=None),
    }
    with connection.cursor(row_factory=dict_row) as changed:
        with connection.pipeline():
            changed.execute(warehouse.sql("feedback/difference"), these)
            counted = connection.execute(warehouse.sql("feedback/difference_count"), these)
            due = connection.execute(warehouse.sql("feedback/next_delivery"), senders)
            summed = {
                number: connection.execute(warehouse.sql("feedback/previous_totals"), words)
                for number, words in keys.items()
                if words is not None
            }
        changes: dict[int, list[Change]] = {}
        for row in changed.fetchall():
            changes.setdefault(row["submission_id"], []).append(_change(row))
    counts: dict[int, dict[str, int]] = {}
    for number, kind, count in counted.fetchall():
        counts.setdefault(number, {})[kind] = count
    owed: dict[str, list[Due]] = {}
    for department, *report in due.fetchall():
        owed.setdefault(department, []).append(_due(catalog, *report))
    totals = {number: each.fetchall() for number, each in summed.items()}
    return _Answers(submissions, counts, changes, totals, owed)


def _facts(catalog: Catalog, answers: _Answers, submission_id: int, reading: Reading | None) -> Facts:
    submission = answers.submissions[submission_id]
    received = submission.received_at.astimezone(VIETNAM)
    period = reading.period if reading is not None else _period(submission.period_code)
    codes = (submission.form_code or "").split("+") if submission.form_code else (reading.forms if reading else ())
    totals, previous = _totals(catalog, reading, answers.totals.get(submission_id, []))
    return Facts(
        submission=submission,
        file_name=harmless(submission.file_name),
        department=_department(catalog, submission.department_code, received.date()),
        forms=tuple(form_name(catalog, code) for code in codes),
        period=spoken_period(period) if period is not None else submission.period_code,
        area=_area(catalog, (reading.area if reading is not None else None) or submission.area_code),
        received=f"{received:%H:%M} ngày {received:%d/%m/%Y}",
        value_count=submission.observation_count or (len(reading.observations) if reading is not None else 0),
        totals=totals,
        previous_period=previous,
        change_counts=answers.counts.get(submission_id, {}),
        changes=tuple(answers.changes.get(submission_id, ())),
        due=tuple(answers.due.get(submission.department_code, ())),
    )


def read_issues(connection: Connection, submission_id: int) -> tuple[Issue, ...]:
    """The findings that the ledger keeps of the newest reading."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(warehouse.sql("feedback/issues"), {"submission_id": submission_id})
        return tuple(Issue(**{**row, "cells": tuple(row["cells"])}) for row in rows)


def form_name(catalog: Catalog, code: str) -> str:
    """The code and title of a form."""
    form = catalog.forms.forms.get(code)
    return f"{code}: {form.name_vi}" if form is not None else code


def _period(code: str | None) -> Period | None:
    try:
        return periods.period(code) if code else None
    except ValueError:
        return None


def _department(catalog: Catalog, code: str, day: date) -> str:
    department = catalog.departments.get(code)
    return department.name_on(day).vi if department is not None else code


def _area(catalog: Catalog, key: str | None) -> str | None:
    area = catalog.areas.get(key) if key else None
    return area.name_vi if area is not None else key


def _previous_keys(catalog: Catalog, submission: Submission, reading: Reading | None) -> dict[str, Any] | None:
    """Where the sender's values of the period before stand: in the report of that period, and revised in this one."""
    if reading is None or reading.period is None:
        return None
    previous = periods.previous(reading.period)
    stated = [replace(reading, period=period, observations=()) for period in (previous, reading.period)]
    return {
        "keys": [key.text for each in stated for key in keys_of(each, submission.department_code, catalog)],
        "period_code": previous.code,
        "area_code": reading.area if reading.area in {o.area for o in reading.observations} else None,
    }


def _totals(
    catalog: Catalog, reading: Reading | None, known: Sequence[tuple[str, str, str, Decimal]]
) -> tuple[tuple[Total, ...], str | None]:
    """The sums of the file's own period by measure, and what the sender said for the period before."""
    if reading is None or reading.period is None:
        return (), None
    now: dict[tuple[str, str, str], Decimal] = {}
    for observation in reading.observations:
        if observation.value is None or observation.flow not in _SUMMED or observation.period != reading.period:
            continue
        measure = catalog.measures.get(observation.measure)
        if measure is None or measure.kind == "index":
            continue
        key = (observation.measure, observation.unit, observation.flow)
        now[key] = now.get(key, Decimal(0)) + observation.value
    before = {(measure, unit, flow): value for measure, unit, flow, value in known}
    totals = tuple(_total(catalog, key, value, before.get(key)) for key, value in now.items())
    return totals, spoken_period(periods.previous(reading.period)) if before else None


def _total(catalog: Catalog, key: tuple[str, str, str], now: Decimal, before: Decimal | None) -> Total:
    change = None
    if before:
        percent = (now - before) * 100 / abs(before)
        change = f"{'+' if percent > 0 else ''}{spoken_number(percent.quantize(Decimal('0.1'), ROUND_HALF_UP))} %"
    name = catalog.measures[key[0]].name_vi
    return Total(name, key[1], spoken_number(now), None if before is None else spoken_number(before), change)


def _change(row: dict[str, Any]) -> Change:
    names = [row["measure_name"], row["item_name"], row["area_name"]]
    place = f"{row['source_sheet']}!{row['source_cell']}" if row["source_sheet"] else row["source_cell"]
    flow = {"ytd": "lũy kế, ", "plan": "kế hoạch, "}.get(row["flow"], "")
    return Change(
        kind=row["kind"],
        what=harmless(" · ".join(name for name in names if name)),
        period=flow + spoken_code(row["period_code"]),
        unit=row["unit_code"],
        before=_written(row["value_before"]),
        after=_written(row["value_after"]),
        place=harmless(place or ""),
    )


def _written(value: Decimal | None) -> str:
    return "–" if value is None else spoken_number(value)


def _due(catalog: Catalog, form: str, code: str, due_at: datetime, is_late: bool) -> Due:
    return Due(form_name(catalog, form), spoken_code(code), f"{due_at.astimezone(VIETNAM):%d/%m/%Y}", is_late)
