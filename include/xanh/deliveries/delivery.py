"""Deliveries: which reports are owed and are they there; reminders, each step of each report at most once."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

from xanh.catalog import Catalog
from xanh.catalog.calendar import ReminderStep
from xanh.database.warehouse import Connection, sql
from xanh.deliveries import calendar, reminders
from xanh.durable import within
from xanh.model import Period

if TYPE_CHECKING:
    from xanh.settings import Settings

OWN_FOLDERS = ("_phan-hoi", "_da-nhan")
PATIENCE = timedelta(hours=1)
"""A file that lies in a drop folder longer than this has not been taken: the fault may be ours."""
CHECK_LOCK = 0x58616E64
"""The advisory lock of a check: two at once would write the same messages."""


@dataclass(frozen=True)
class Checked:
    """What a check did."""

    planned: int
    """Reminder steps that became due."""
    messages: tuple[str, ...]
    """Keys of the messages that were put in place."""
    held: Mapping[str, str] = field(default_factory=dict)
    """Departments that were left alone, with the reason: one of their files waits for us or failed through us."""


def copy_calendar(connection: Connection, catalog: Catalog) -> None:
    """Replaces core.delivery_due and core.delivery_note by what the catalogue says; inside the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("delete from core.delivery_due")
        cursor.execute("delete from core.delivery_note")
        cursor.executemany(sql("deliveries/insert_due"), list(_due_rows(catalog)))
        cursor.executemany(sql("deliveries/insert_note"), [dict(note) for note in catalog.delivery_notes])


def _due_rows(catalog: Catalog) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(calendar.expected(catalog), 1):
        yield {
            "obligation": one.obligation,
            "department": one.department,
            "form": one.form,
            "area": one.area,
            "period": one.period.code,
            "period_start": one.period.start,
            "period_end": one.period.end,
            "basis": one.period.basis,
            "due_on": one.due_on,
            "due_at": one.due_at,
            "sort_order": number,
        }


def check(settings: Settings, catalog: Catalog, connection: Connection, now: datetime) -> Checked:
    """Plans the reminder steps that are due at `now` and puts their messages in place.

    A step is planned in one transaction and its message written afterwards under a name that depends on nothing but the
    plan: when the process dies between, the next check writes the same file again and nobody gets a second one.
    """
    connection.execute("select pg_advisory_lock(%s)", [CHECK_LOCK])
    try:
        held = held_departments(settings, catalog, connection, now)
        planned = _plan(catalog, connection, now, held)
        connection.commit()
        return Checked(planned, tuple(reminders.send_waiting(settings, catalog, connection)), held)
    finally:
        connection.rollback()
        connection.execute("select pg_advisory_unlock(%s)", [CHECK_LOCK])
        connection.commit()


def held_departments(settings: Settings, catalog: Catalog, connection: Connection, now: datetime) -> dict[str, str]:
    """Departments that must not be reminded now: a technical fault of ours never reaches them as their own."""
    rows = connection.execute(sql("deliveries/held"), {"moment": now}).fetchall()
    held = {str(department): str(reason) for department, reason in rows}
    return {**_not_taken(settings, catalog, connection, now), **held}


def _not_taken(settings: Settings, catalog: Catalog, connection: Connection, now: datetime) -> dict[str, str]:
    """Departments in whose folders a file lies that the scan should have taken or noted long ago, or whose folder does not answer."""
    noted = connection.execute("select department_code, path from intake.file").fetchall()
    known = {(department, path) for department, path in noted}
    held: dict[str, str] = {}
    for department in catalog.departments:  # their codes are their folders
        look = partial(_files, settings.drop / department, now)
        try:
            files = within(settings.limits.scan_seconds, (settings.drop, department), look)
        except OSError:
            held[department] = "not_answering"
            continue
        if any(age > PATIENCE and (department, path) not in known for path, age in files):
            held[department] = "not_taken"
    return held


def _files(department: Path, now: datetime) -> list[tuple[str, timedelta]]:
    """Path below the department's folder and age of each file; whatever vanishes meanwhile is left out."""
    found: list[tuple[str, timedelta]] = []
    for folder, names, files in os.walk(department):
        names[:] = [name for name in names if name not in OWN_FOLDERS and not name.startswith(".")]
        for name in files:
            try:
                changed = (Path(folder) / name).lstat().st_mtime
            except FileNotFoundError:
                continue
            below = (Path(folder) / name).relative_to(department).as_posix()
            found.append((below, now - datetime.fromtimestamp(changed, now.tzinfo)))
    return found


def _plan(catalog: Catalog, connection: Connection, now: datetime, held: Mapping[str, str]) -> int:
    """Writes the steps that are due into ops.reminder, one message a department; returns how many were new."""
    today = now.astimezone(calendar.clock(catalog)).date()
    by_department: dict[str, list[tuple[Mapping[str, Any], ReminderStep, date]]] = defaultdict(list)
    for row in _open(catalog, connection, now, today):
        step = step_due(catalog, row["due_on"], today, row["steps"])
        if step is not None and row["department_code"] not in held:
            by_department[row["department_code"]].append((row, *step))
    return sum(_plan_message(connection, code, today, steps) for code, steps in by_department.items())


def _open(catalog: Catalog, connection: Connection, now: datetime, today: date) -> list[dict[str, Any]]:
    offsets = [step.working_days for step in catalog.obligations.reminders]
    parameters = {
        "moment": now,
        "first": calendar.add_working_days(catalog, today, -max(offsets) - catalog.obligations.forget_after - 1),
        "last": calendar.add_working_days(catalog, today, max(1, 1 - min(offsets))),
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(sql("deliveries/open"), parameters).fetchall()


def step_due(catalog: Catalog, due_on: date, today: date, sent: Sequence[str]) -> tuple[ReminderStep, date] | None:
    """The reminder step that a report not yet received has reached, and its day; None when it was sent or is long past.

    Only the latest step counts: after days without checks nobody gets the earlier ones as well.
    """
    reached = [
        (step, day)
        for step in catalog.obligations.reminders
        if (day := calendar.add_working_days(catalog, due_on, step.working_days)) <= today
    ]
    if not reached or reached[-1][0].code in sent:
        return None
    step, day = reached[-1]
    age = calendar.working_days_between(catalog, day, today)
    return (step, day) if age <= catalog.obligations.forget_after else None


def _plan_message(
    connection: Connection, department: str, today: date, steps: list[tuple[Mapping[str, Any], ReminderStep, date]]
) -> int:
    row = connection.execute(sql("deliveries/next_message"), {"department": department, "planned_on": today}).fetchone()
    number = (row[0] if row else 0) + 1
    key = f"{today}--{department.replace('/', '_')}--{number}"
    planned = 0
    for owed, step, day in steps:
        parameters = {
            "department": department,
            "form": owed["form_code"],
            "area": owed["area_code"],
            "period": owed["period_code"],
            "due_on": owed["due_on"],
            "step": step.code,
            "step_on": day,
            "message_key": key,
            "planned_on": today,
        }
        planned += connection.execute(sql("deliveries/plan_reminder"), parameters).fetchone() is not None
    return planned


def status(
    catalog: Catalog,
    connection: Connection,
    now: datetime,
    *,
    department: str | None = None,
    period: Period | None = None,
    days_back: int = 90,
    days_ahead: int = 30,
) -> list[dict[str, Any]]:
    """The reports of a department or period, or those due from some days ago to some days ahead, in the order of due days."""
    today = now.astimezone(calendar.clock(catalog)).date()
    parameters = {
        "moment": now,
        "department": department,
        "period": period.code if period else None,
        "first": today - timedelta(days=days_back),
        "last": today + timedelta(days=days_ahead),
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(sql("deliveries/status"), parameters).fetchall()
