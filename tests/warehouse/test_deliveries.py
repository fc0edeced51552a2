"""Deliveries against an oracle written apart: 36 months of scripted senders, every state and every reminder."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from xanh.catalog import Catalog
from xanh.catalog.calendar import DeliveryNote, Due, Obligation
from xanh.database import warehouse
from xanh.database.warehouse import Connection
from xanh.deliveries import calendar, reminders
from xanh.deliveries import delivery as deliveries
from xanh.language import periods
from xanh.operations import mail
from xanh.settings import ROOT, Settings

LOCAL = timezone(timedelta(hours=7))
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL)


def working_days() -> list[date]:
    """Every working day of the years in question, straight from the file."""
    with (ROOT / "include" / "catalog" / "holidays.csv").open(encoding="utf-8") as lines:
        special = {date.fromisoformat(row["day"]): row["kind"] for row in csv.DictReader(lines)}
    days = [date(2021, 1, 1) + timedelta(days=number) for number in range(7 * 365)]
    return [day for day in days if special.get(day, "worked" if day.weekday() < 5 else "off") == "worked"]


WORKING = working_days()


def shifted(day: date, count: int) -> date:
    """The working day `count` places from a working day."""
    return WORKING[WORKING.index(day) + count]


@dataclass
class Owed:
    department: str
    form: str
    area: str | None
    period: str
    due: date
    note: str | None = None
    noted: date | None = None
    accepted: datetime | None = None
    withdrawn: datetime | None = None

    def state(self, moment: datetime) -> str:
        note = self.note if self.noted and noon(self.noted).astimezone(UTC).date() <= moment.date() else None
        is_there = self.accepted and self.accepted <= moment and not (self.withdrawn and self.withdrawn <= moment)
        end = datetime(self.due.year, self.due.month, self.due.day, 23, 59, 59, tzinfo=LOCAL)
        if note == "exempt":
            return "exempt"
        if is_there and self.accepted:
            return "on_time" if self.accepted <= end else "late"
        return "nil" if note == "nil" else "missing" if moment > end else "expected"


def oracle_dues() -> Iterator[Owed]:
    """What the specification of the forms says, written by hand: day, months after, sender, form."""
    monthly = [(20, 0, "so-cong-thuong", "F01"), (10, 1, "so-cong-thuong", "F05"), (10, 1, "dien-luc", "F11")]
    quarterly = [("so-cong-thuong", "F02"), ("so-cong-thuong", "F04"), ("so-nong-nghiep-moi-truong", "F06")]
    half = [("so-nong-nghiep-moi-truong", "F07"), ("ban-quan-ly-khu-kinh-te", "F09"), ("so-cong-thuong", "F09")]
    for year in range(2023, 2027):
        for month in range(1, 13):
            for day, after, department, form in monthly:
                yield Owed(department, form, None, f"{year}-{month:02d}", due(year, month + after, day))
        for quarter in range(1, 5):
            senders = [*quarterly, ("quan-ly-thi-truong", "F04")] if (year, quarter) < (2025, 3) else quarterly
            for department, form in senders:
                yield Owed(department, form, None, f"{year}-Q{quarter}", due(year, 3 * quarter + 1, 15))
        for number, month, day in ((1, 6, 30), (2, 13, 20)):
            for department, form in half:
                yield Owed(department, form, None, f"{year}-H{number}", due(year, 6 * number + 1, 20))
            for department, area in committees("B" if (year, number) < (2025, 2) else "C"):
                yield Owed(department, "F08", area, f"{year}-H{number}", due(year, month, day))
    yield Owed("so-cong-thuong", "F12", None, "2026-H2", due(2026, 12, 14))
    yield Owed("so-cong-thuong", "F03", None, "2026", due(2027, 1, 22))
    for department in ("so-khoa-hoc-cong-nghe", "so-cong-thuong", "so-tai-chinh"):
        yield Owed(department, "F10", None, "2026", due(2027, 1, 20))


def due(year: int, month: int, day: int) -> date:
    wanted = date(year + (month - 1) // 12, (month - 1) % 12 + 1, day)
    return next(working for working in WORKING if working >= wanted)


def committees(vintage: str) -> list[tuple[str, str]]:
    with (ROOT / "include" / "catalog" / "committees.csv").open(encoding="utf-8") as lines:
        return [(row["code"], row["area"]) for row in csv.DictReader(lines) if row["area"].startswith(vintage)]


def send(
    conn: Connection, owed: Owed, at: datetime, verdict: str = "accepted", withdrawn: datetime | None = None
) -> int:
    """A submission as the loader leaves it."""
    period = periods.period(owed.period)
    digest = hashlib.sha256(f"{owed.department}{owed.form}{owed.area}{owed.period}{at}{verdict}".encode()).hexdigest()
    row = conn.execute(
        """insert into intake.submission (department_code, file_name, sha256, size, received_at, state, verdict, form_code,
               area_code, period_code, period_start, period_end, reading_no, withdrawn_at, withdrawn_by, withdrawn_reason)
           values (%s, 'a.xlsx', %s, 1, %s, 'done', %s, %s, %s, %s, %s, %s, 1, %s, %s, %s) returning submission_id""",
        [owed.department, digest, at, verdict, owed.form, owed.area, owed.period, period.start, period.end, withdrawn]
        + ([None, None] if withdrawn is None else ["officer", "wrong file"]),
    ).fetchone()
    assert row is not None
    if verdict == "accepted":
        key = f"{owed.form}|{owed.department}|{owed.area}|{owed.period}"
        conn.execute(
            """insert into intake.submission_key (submission_id, submission_key, reading_no, form_code, area_code, period_code,
                   period_end, semantics, amendment, received_seq, revision)
               select %s, %s, 1, %s, %s, %s, %s, 'full', 0, %s,
                   1 + count(*) from intake.submission_key where submission_key = %s""",
            [row[0], key, owed.form, owed.area, owed.period, period.end, row[0], key],
        )
    return int(row[0])


def script(conn: Connection, seed: int) -> list[Owed]:
    """Every report due in the 36 months gets a behaviour; what is accepted is written to the ledger."""
    chance = random.Random(seed)
    watched = [owed for owed in oracle_dues() if FIRST <= owed.due <= LAST]
    for owed in watched:
        behaviour = chance.choice(
            ["early", "on_day", "late", "late", "missing", "rejected_first", "withdrawn", "exempt", "nil"]
        )
        if behaviour in ("exempt", "nil"):
            owed.note, owed.noted = behaviour, owed.due + timedelta(days=chance.randint(-20, 20))
        if behaviour in ("missing", "exempt", "nil"):
            continue
        days = {"early": chance.randint(-9, -1), "on_day": 0}.get(behaviour, chance.randint(1, 25))
        owed.accepted = noon(owed.due + timedelta(days=days))
        if behaviour == "rejected_first":
            send(conn, owed, owed.accepted - timedelta(days=2), "rejected")
        if behaviour == "withdrawn":
            owed.withdrawn = owed.accepted + timedelta(days=chance.randint(1, 30))
        send(conn, owed, owed.accepted, withdrawn=owed.withdrawn)
        if behaviour == "late":
            send(conn, owed, owed.accepted + timedelta(days=3))
    return watched


def with_notes(catalog: Catalog, watched: list[Owed]) -> Catalog:
    notes = tuple(
        DeliveryNote(
            department=owed.department, form=owed.form, area=owed.area, period=owed.period,
            kind="exempt" if owed.note == "exempt" else "nil", reason="không phát sinh", noted_on=owed.noted or owed.due,
        )
        for owed in watched
        if owed.note
    )  # fmt: skip
    return replace(catalog, delivery_notes=notes)


@pytest.fixture
def simulated(conn: Connection, catalog: Catalog) -> tuple[Catalog, list[Owed]]:
    watched = script(conn, 1043)
    changed = with_notes(catalog, watched)
    deliveries.copy_calendar(conn, changed)
    conn.commit()
    return changed, watched


def test_every_state_of_36_months_equals_the_oracle(conn: Connection, simulated: tuple[Catalog, list[Owed]]) -> None:
    _, watched = simulated
    seen: Counter[str] = Counter()
    for number in range(37):
        moment = datetime(2024 + number // 12, number % 12 + 1, 17, 5, tzinfo=UTC)
        rows = conn.execute(
            "select department_code, form_code, area_code, period, state from mart.delivery_asof(%s) "
            "where due_on between %s and %s", [moment, FIRST, LAST],
        ).fetchall()  # fmt: skip
        expected = {(o.department, o.form, o.area, o.period): o.state(moment) for o in watched}
        assert {tuple(row[:4]): row[4] for row in rows} == expected
        seen.update(expected.values())
    assert set(seen) == {"expected", "on_time", "late", "missing", "nil", "exempt"}


def with_outbox(settings: Settings, folder: Path) -> Settings:
    return replace(settings, environment={**settings.environment, "XANH_OUTBOX": str(folder / "outbox")})


class Killed(Exception):
    """The process died here."""


@pytest.mark.parametrize("month_count", [3, pytest.param(36, marks=pytest.mark.slow)])
def test_reminders_come_exactly_as_planned_over_crashes_and_pauses(
    settings: Settings,
    conn: Connection,
    simulated: tuple[Catalog, list[Owed]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    month_count: int,
) -> None:
    catalog, watched = simulated
    settings = with_outbox(settings, tmp_path)
    chance = random.Random(month_count)
    first = date(2025, 6, 1) if month_count == 3 else FIRST
    days = [first + timedelta(days=number) for number in range(month_count * 30)]
    checked = [day for day in days if chance.random() < 0.7]
    for day in checked:
        run(settings, catalog, conn, day, monkeypatch, is_killed=chance.random() < 0.2)
    planned = {step for owed in watched for step in oracle_reminders(owed, checked)}
    rows = conn.execute(
        "select department_code, form_code, area_code, period_code, step, planned_on, sent_at is null, message_key "
        "from ops.reminder where due_on between %s and %s", [FIRST, LAST],
    ).fetchall()  # fmt: skip
    assert {tuple(row[:6]) for row in rows} == planned
    assert len(rows) == len(planned) > 50
    assert not any(row[6] for row in rows)
    pages = {path.name for path in settings.drop.rglob("*.html")}
    assert pages >= {f"nhac-bao-cao--{row[7]}.html" for row in rows}
    total = conn.execute("select count(*), count(distinct message_key) from ops.reminder").fetchone()
    lines = [line for path in (tmp_path / "outbox").glob("*.eml") for line in body(path)]
    assert all(re.search(r", kỳ (tháng \d+ |quý [IV]+ |6 tháng (đầu|cuối) )?năm 20\d\d:", line) for line in lines)
    pages_and_lines = (len(lines) + unsent(conn, catalog), len(pages))
    assert pages_and_lines == total


def unsent(conn: Connection, catalog: Catalog) -> int:
    """Lines of messages that have no address: an abolished district and steps that concern nobody else."""
    steps = {"before", "due"}
    messages: dict[str, list[tuple[str, date, str]]] = {}
    for key, department, day, step in conn.execute(
        "select message_key, department_code, planned_on, step from ops.reminder"
    ).fetchall():
        messages.setdefault(key, []).append((department, day, step))
    gone = [
        lines
        for lines in messages.values()
        if not catalog.departments[lines[0][0]].is_valid_on(lines[0][1]) and {line[2] for line in lines} <= steps
    ]
    return sum(map(len, gone))


def run(
    settings: Settings,
    catalog: Catalog,
    conn: Connection,
    day: date,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_killed: bool,
) -> None:
    """The check of one day, killed on its way and started again where the chance says so."""
    moment = datetime(day.year, day.month, day.day, 8, tzinfo=LOCAL)
    if is_killed:
        write = reminders._write

        def dying(*arguments: Any) -> None:
            write(*arguments)
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(reminders, "_write", dying)
            with contextlib.suppress(Killed):
                deliveries.check(settings, catalog, conn, moment)
    deliveries.check(settings, catalog, conn, moment)


def oracle_reminders(owed: Owed, checked: list[date]) -> Iterator[tuple[str, str, str | None, str, str, date]]:
    """Each step goes out on the first check from its day to the next step's, while the report is not there."""
    steps = [("before", -3), ("due", 0), ("late", 1), ("escalated", 5)]
    days = [shifted(owed.due, count) for _, count in steps] + [shifted(owed.due, 11)]
    for (step, _), first, until in zip(steps, days, days[1:], strict=False):
        for day in (day for day in checked if first <= day < until):
            moment = datetime(day.year, day.month, day.day, 8, tzinfo=LOCAL)
            if owed.state(moment) in ("expected", "missing"):
                yield owed.department, owed.form, owed.area, owed.period, step, day
                break


def body(path: Path) -> list[str]:
    """The lines of the reports in an e-mail."""
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return [line for line in message.get_content().splitlines() if line.startswith("- F")]


def test_a_department_whose_file_waits_for_us_is_not_reminded(
    settings: Settings, conn: Connection, catalog: Catalog, tmp_path: Path
) -> None:
    settings = with_outbox(settings, tmp_path)
    conn.execute(
        "insert into intake.submission (department_code, file_name, sha256, size, received_at) "
        "values ('dien-luc', 'a.csv', %s, 1, '2025-07-09 00:00+00')", ["0" * 64],
    )  # fmt: skip
    conn.commit()
    checked = deliveries.check(settings, catalog, conn, noon(date(2025, 7, 10)))
    assert checked.held == {"dien-luc": "waiting"}
    assert [key for key in checked.messages if "dien-luc" in key] == []
    conn.execute("update intake.submission set state = 'done', verdict = 'unreadable'")
    conn.commit()
    later = deliveries.check(settings, catalog, conn, noon(date(2025, 7, 10)))
    assert later.messages == ("2025-07-10--dien-luc--1",)


def test_a_folder_that_refuses_holds_up_no_other_departments_reminder(
    settings: Settings, conn: Connection, catalog: Catalog, tmp_path: Path
) -> None:
    settings = with_outbox(settings, tmp_path)
    obstacle = settings.drop / "dien-luc" / "_phan-hoi"
    obstacle.parent.mkdir(parents=True)
    obstacle.symlink_to("elsewhere")
    day = noon(date(2025, 7, 10))
    with pytest.raises(OSError, match="_phan-hoi"):
        deliveries.check(settings, catalog, conn, day)
    waiting = conn.execute("select distinct department_code from ops.reminder where sent_at is null").fetchall()
    assert waiting == [("dien-luc",)]
    assert conn.execute("select count(*) from ops.reminder where sent_at is not null").fetchone() != (0,)
    obstacle.unlink()
    assert deliveries.check(settings, catalog, conn, day).messages == ("2025-07-10--dien-luc--1",)


def test_a_file_that_nobody_took_is_our_fault(
    settings: Settings, conn: Connection, catalog: Catalog, tmp_path: Path
) -> None:
    settings = with_outbox(settings, tmp_path)
    folder = settings.drop / "ubnd" / "xa-hoa-an" / "2026"
    folder.mkdir(parents=True)
    (folder / "a.xlsx").write_bytes(b"x")
    assert deliveries.held_departments(settings, catalog, conn, datetime.now(UTC)) == {}
    held = deliveries.held_departments(settings, catalog, conn, datetime.now(UTC) + timedelta(hours=2))
    assert held == {"ubnd/xa-hoa-an": "not_taken"}


def test_a_folder_that_does_not_answer_holds_up_nobody_elses_reminders(
    settings: Settings, conn: Connection, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("dien-luc", "so-cong-thuong"):
        (settings.drop / name).mkdir(parents=True)
        (settings.drop / name / "a.xlsx").write_bytes(b"x")
    answers = threading.Event()
    walk = os.walk

    def hangs(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        if folder.name == "dien-luc":
            answers.wait()
        return walk(folder)

    monkeypatch.setattr(os, "walk", hangs)
    impatient = replace(settings, limits=replace(settings.limits, scan_seconds=0.5))
    try:
        held = deliveries.held_departments(impatient, catalog, conn, datetime.now(UTC) + timedelta(hours=2))
    finally:
        answers.set()
    assert held == {"dien-luc": "not_answering", "so-cong-thuong": "not_taken"}


def test_a_report_of_zeros_is_nil(conn: Connection, catalog: Catalog) -> None:
    owed = Owed("so-cong-thuong", "F05", None, "2025-05", due(2025, 6, 10))
    number = send(conn, owed, noon(owed.due))
    for at, value in enumerate((0, 0)):
        conn.execute(
            """insert into core.observation (observation_id, submission_id, reading_no, submission_key, revision, department_code,
                   form_code, measure_code, area_code, period_code, period_start, period_end, frequency, period_basis, flow,
                   obs_status, value, unit_code, factor, source_file, source_sheet, source_cell, source_label,
                   source_period_end, received_seq, known_from, item_name)
               values (%s, %s, 1, 'k', 1, 'so-cong-thuong', 'F05', 'bag_plastic_n', 'C:01273', '2025-05', '2025-05-01', '2025-05-31',
                   'M', 'calendar', 'period', 'A', %s, 'cái', 1, 'a.csv', '', %s, 'x', '2025-05-31', 1, now(), %s)""",
            [number * 10_000_000 + at, number, value, f"D{at}", f"Siêu thị {at}"],
        )
    row = conn.execute(
        "select state from mart.delivery_asof(%s) where form_code = 'F05' and period = '2025-05'", [noon(LAST)]
    ).fetchone()
    assert row == ("nil",)


def test_a_reader_sees_deliveries_and_nothing_beneath(settings: Settings) -> None:
    with warehouse.connect(settings, "reader") as conn:
        assert conn.execute("select count(*) > 0 from mart.delivery").fetchone() == (True,)
        assert conn.execute("select count(*) > 0 from mart.delivery_rate").fetchone() == (True,)
        with pytest.raises(Exception, match="permission denied"):
            conn.execute("select * from core.delivery_due")


@pytest.mark.parametrize(
    ("due_rule", "period", "day"),
    [
        (Due(day=20), periods.period("2025-04"), date(2025, 4, 21)),
        (Due(day=31, months_after=1), periods.period("2025-01"), date(2025, 2, 28)),
        (Due(day=15, months_after=1), periods.period("2025-Q4"), date(2026, 1, 15)),
        (Due(day=30, months_after=0, on_day_off="previous_working_day"), periods.period("2024-06"), date(2024, 6, 28)),
        (Due(day=30, on_day_off="stays"), periods.period("2024-06"), date(2024, 6, 30)),
        (Due(working_days_after=2), periods.period("2025-06", "admin_15_14"), date(2025, 6, 17)),
        (Due(working_days_after=2), periods.period("2024-04"), date(2024, 5, 3)),
        (Due(day=28), periods.period("2025-01"), date(2025, 2, 3)),
    ],
)
def test_due_days_keep_working_days_and_both_months(
    catalog: Catalog, due_rule: Due, period: periods.Period, day: date
) -> None:
    obligation = Obligation(
        code="X",
        form="F01",
        department="dien-luc",
        frequency="month",
        due=(due_rule,),
        legal_basis="-",
        status="ASSUMED",
    )
    assert calendar.due_on(catalog, obligation, period) == day


def test_mail_goes_at_least_once_and_not_again(tmp_path: Path, settings: Settings) -> None:
    settings = with_outbox(settings, tmp_path)
    message = EmailMessage()
    message["Subject"] = "a"
    message.set_content("b")
    mail.put(settings, "one", message)
    sent: list[str] = []
    assert mail.post(settings, lambda message: sent.append(message["Subject"])) == 1
    mail.put(settings, "one", message)
    assert mail.post(settings, lambda message: sent.append(message["Subject"])) == 0
    assert sent == ["a"]
