"""Alerts: each is tripped by what it is about and by nothing less, told once and once a day, and never to a department."""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from types import SimpleNamespace

import pytest

from xanh import durable
from xanh.arrival.archive import Archive, ArchiveFault
from xanh.arrival.receive import receive
from xanh.catalog import Catalog, load_catalog
from xanh.database.warehouse import SQL_FOLDER, Connection, SchemaUnknown, connect, forget, migrate, sql
from xanh.operations import alerts, doctor, maintain
from xanh.operations.doctor import Finding
from xanh.settings import ROOT, Settings

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(scope="module")
def place(
    fresh_settings: Callable[[Path], AbstractContextManager[Settings]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    with fresh_settings(tmp_path_factory.mktemp("alerts")) as settings:
        yield settings


@pytest.fixture
def ledger(place: Settings) -> Iterator[Connection]:
    """A connection whose changes are taken back; the owner's, so that a test can write what only others may."""
    with connect(place, "owner") as connection:
        yield connection
        connection.rollback()


def enter(conn: Connection, number: int = 1, **columns: object) -> None:
    row = {"department_code": "dien-luc", "file_name": "a.csv", "sha256": f"{number:064x}", "size": 1, **columns}
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    conn.execute(f"insert into intake.submission ({names}) values ({places})", list(row.values()))


def beat(conn: Connection, ago: timedelta) -> None:
    conn.execute(sql("monitor/beat"), {"name": "scan", "now": NOW - ago})


def quarantine(conn: Connection, this_week: int, last_week: int) -> None:
    for number in range(this_week + last_week):
        ago = DAY if number < this_week else 9 * DAY
        enter(conn, number, state="done", verdict="unreadable", received_at=NOW - ago)


def change(conn: Connection, ago: timedelta) -> None:
    conn.execute(
        "insert into core.changed_cell (measure_code, area_code, period_code, changed_at) values ('m', 'ALL:04', '2025', %s)",
        [NOW - ago],
    )


def held_back(conn: Connection, is_held: bool) -> None:
    conn.execute("insert into ops.compute_run (state) values ('partly')")
    if is_held:
        conn.execute("insert into ops.held_back select 'I-1', '2025', max(run_id), 'too large' from ops.compute_run")


def blocked(conn: Connection, state: str) -> None:
    conn.execute(
        "insert into intake.file (department_code, original_name, name_bytes, path, size, state, reason, seen_at)"
        " values ('dien-luc', 'a', 'a', 'a', 1, %s, 'full', %s)",
        [state, NOW],
    )


def refused_by_us(conn: Connection, responsibility: str, verdict: str = "rejected") -> None:
    enter(conn, state="done", verdict=verdict, reading_no=1, received_at=NOW - DAY)
    conn.execute(
        "insert into intake.issue (submission_id, reading_no, ordinal, severity, rule, family, responsibility, message_vi, message_en)"
        " select submission_id, 1, 1, 'critical', 'R21', 'x', %s, '-', '-' from intake.submission",
        [responsibility],
    )


def reminder(conn: Connection, ago: timedelta) -> None:
    conn.execute(
        "insert into ops.reminder (department_code, form_code, period_code, due_on, step, step_on, message_key, planned_on, planned_at)"
        " values ('dien-luc', 'F11', '2025-01', %(on)s, 'due', %(on)s, 'k', %(on)s, %(at)s)",
        {"on": NOW.date(), "at": NOW - ago},
    )


CASES: dict[str, tuple[Callable[[Connection], None], Callable[[Connection], None]]] = {
    "stuck_scan": (lambda conn: beat(conn, 16 * MINUTE), lambda conn: beat(conn, 14 * MINUTE)),
    "stuck_submission": (
        lambda conn: enter(conn, received_at=NOW - 16 * MINUTE, state="claimed"),
        lambda conn: enter(conn, received_at=NOW - 14 * MINUTE, state="claimed"),
    ),
    "feedback_failed": (
        lambda conn: enter(conn, state="done", verdict="accepted", feedback_state="failed"),
        lambda conn: enter(conn, state="done", verdict="accepted", feedback_state="written"),
    ),
    "blocked_file": (lambda conn: blocked(conn, "blocked"), lambda conn: blocked(conn, "ignored")),
    "growing_quarantine": (lambda conn: quarantine(conn, 5, 2), lambda conn: quarantine(conn, 5, 3)),
    "our_rejection": (lambda conn: refused_by_us(conn, "us"), lambda conn: refused_by_us(conn, "department")),
    "failed_gate": (lambda conn: held_back(conn, True), lambda conn: held_back(conn, False)),
    "compute_lag": (lambda conn: change(conn, 31 * MINUTE), lambda conn: change(conn, 29 * MINUTE)),
    "reminder_waits": (lambda conn: reminder(conn, 61 * MINUTE), lambda conn: reminder(conn, 59 * MINUTE)),
}  # fmt: skip


def tripped(conn: Connection) -> set[str]:
    return {str(row[0]) for row in conn.execute(sql("monitor/alerts"), {"now": NOW}).fetchall()}


@pytest.mark.parametrize("code", CASES)
def test_an_alert_is_tripped_by_its_cause_alone(code: str, ledger: Connection) -> None:
    cause, _ = CASES[code]
    cause(ledger)
    assert tripped(ledger) == {code}


@pytest.mark.parametrize("code", CASES)
def test_less_than_its_cause_does_not_trip_it(code: str, ledger: Connection) -> None:
    _, less = CASES[code]
    less(ledger)
    assert tripped(ledger) == set()


def test_every_alert_of_the_flow_has_a_case_and_advice() -> None:
    assert set(CASES) == set(doctor.ADVICE)


def found(settings: Settings) -> set[str]:
    return {finding.code for finding in doctor.examine_flow(settings) if finding.state != "ok"}


@pytest.mark.parametrize(("free", "code"), [(1, "disk_full"), (5, "disk_low"), (50, None)])
def test_a_disk_that_fills_is_told(
    place: Settings, monkeypatch: pytest.MonkeyPatch, free: int, code: str | None
) -> None:
    usage = SimpleNamespace(free=free * doctor.GIB, total=100 * doctor.GIB)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage)
    assert found(place) & {"disk_full", "disk_low"} == ({code} if code else set())


@pytest.mark.parametrize("what", ["home", "drop", "archive", "a write into the archive"])
def test_a_folder_that_hangs_is_told_and_does_not_hang_the_watch(
    place: Settings, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    comes_back = threading.Event()
    exists, ask = Path.exists, Archive.ask

    def hanging(path: Path) -> bool:
        if path == getattr(place, what, None):
            comes_back.wait()
        return exists(path)

    monkeypatch.setattr(Path, "exists", hanging)
    monkeypatch.setattr(Archive, "ask", lambda archive: (comes_back.wait() if " " in what else None) or ask(archive))
    monkeypatch.setattr(doctor, "PATIENCE_SECONDS", 1.0)
    try:
        told = [each.text for each in doctor.examine_flow(place) if each.code == "folder_hangs"]
    finally:
        comes_back.set()
        while durable._asked:
            time.sleep(0.01)
    assert [text.partition(":")[0] for text in told] == [what.rpartition(" ")[2]]


def test_an_archive_that_refuses_is_told(place: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(archive: Archive) -> None:
        raise ArchiveFault(errno.EROFS, os.strerror(errno.EROFS), str(archive.folder))

    monkeypatch.setattr(Archive, "ask", refuses)
    assert "folder_refused" in found(place)


def test_a_file_in_no_departments_folder_is_told_as_long_as_it_lies_there(
    fresh_settings: Callable[[Path], AbstractContextManager[Settings]], tmp_path: Path
) -> None:
    with fresh_settings(tmp_path) as settings:
        stray = settings.drop / "so-cong-thuong-2" / "F01.csv"
        stray.parent.mkdir(parents=True)
        stray.write_text("a;b")
        (settings.drop / "Thumbs.db").write_text("x")
        with connect(settings) as connection:
            receive(settings, load_catalog(settings.catalog), connection)
        (told,) = (each for each in doctor.examine_flow(settings) if each.code == "stray_file")
        assert told.text == "1 in no department's folder: so-cong-thuong-2"
        shutil.rmtree(stray.parent)
        assert "stray_file" not in found(settings)


@pytest.mark.parametrize(("days", "code"), [(3, "old_backup"), (1, None)])
def test_an_old_backup_is_told(place: Settings, tmp_path: Path, days: int, code: str | None) -> None:
    settings = replace(place, environment={**place.environment, "XANH_BACKUP": str(tmp_path)})
    (tmp_path / f"xanh-{datetime.now(UTC) - days * DAY:%Y%m%dT%H%M%SZ}.tar").touch()
    assert maintain.backups(settings)
    assert found(settings) & {"old_backup", "no_backup"} == ({code} if code else set())


@pytest.mark.parametrize(("days", "code"), [(3, "certificate_ends"), (20, "certificate_ends"), (90, None)])
def test_a_certificate_that_ends_is_told(
    place: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, code: str | None
) -> None:
    path = tmp_path / "server.pem"
    path.write_bytes(certificate(datetime.now(UTC) + days * DAY))
    monkeypatch.setenv("AIRFLOW__API__SSL_CERT", str(path))
    assert {each for each in found(place) if each.startswith("certificate")} == ({code} if code else set())
    monkeypatch.setenv("AIRFLOW__API__SSL_CERT", str(tmp_path / "gone.pem"))
    assert "certificate_unreadable" in found(place)


def certificate(end: datetime) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "xanh")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, end - 365 * DAY, end)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(("version", "code"), [("0007_values", "schema_old"), ("9999_later", "schema_new")])
def test_a_warehouse_of_another_version_is_told(settings: Settings, version: str, code: str) -> None:
    assert not found(settings) & {"schema_old", "schema_new"}
    assert (SQL_FOLDER / "migrations" / "0007_values.sql").exists()
    with connect(settings, "owner") as connection:
        connection.execute("update ops.alembic_version set version_num = %s", [version])
        connection.execute("delete from ops.applied where name = 'all'")
    assert code in found(settings)
    if code == "schema_new":
        with pytest.raises(SchemaUnknown, match="newer program"):
            migrate(settings)


def test_a_reader_that_cannot_see_is_told_and_its_rights_are_put_in_place_again(settings: Settings) -> None:
    with connect(settings, "owner") as connection:
        connection.execute("revoke usage on schema mart from xanh_reader")
    assert "reader_blind" in found(settings)
    assert migrate(settings) is False
    forget(settings)
    assert migrate(settings) is True
    assert "reader_blind" not in found(settings)


def test_an_alert_is_told_once_then_once_a_day_and_closed_when_it_is_over(settings: Settings, catalog: Catalog) -> None:
    disk = Finding("disk_full", "critical", "1 GiB free", "free space")
    low = Finding("disk_low", "warning", "5 GiB free")

    def told(found: list[Finding], after: timedelta) -> list[str]:
        return [alert.code for alert in alerts.tell(settings, found, NOW + after)]

    assert told([disk, low], 0 * MINUTE) == ["disk_full", "disk_low"]
    assert told([disk, low], 5 * MINUTE) == []
    assert told([disk, low], DAY + 5 * MINUTE) == ["disk_full"]
    assert told([low], DAY + 10 * MINUTE) == []
    assert [code for code, *_ in alerts.standing_alerts(settings)] == ["disk_full", "disk_low"]
    assert told([], DAY + 40 * MINUTE) == []
    assert alerts.standing_alerts(settings) == []
    assert told([disk], DAY + 45 * MINUTE) == ["disk_full"]


def test_what_was_a_warning_and_becomes_critical_is_told_anew(settings: Settings) -> None:
    assert alerts.tell(settings, [Finding("x", "warning", "a")], NOW)
    assert [alert.state for alert in alerts.tell(settings, [Finding("x", "critical", "b")], NOW + MINUTE)] == [
        "critical"
    ]


def test_a_stray_file_that_is_no_report_is_no_alert(ledger: Connection) -> None:
    refused_by_us(ledger, "us", "unknown_form")
    assert tripped(ledger) == set()


def test_what_the_night_found_is_not_closed_by_day(settings: Settings) -> None:
    alerts.tell(settings, [Finding("archive_lost", "critical", "a"), Finding("archive_lost", "critical", "b")], NOW)
    alerts.tell(settings, [], NOW + 60 * MINUTE, not_looked_for=alerts.NIGHTLY)
    assert [text for _, _, text, _ in alerts.standing_alerts(settings)] == ["a (and 1 more)"]


def test_the_message_goes_to_the_engineers_alone_and_says_what_to_do(
    settings: Settings, catalog: Catalog, tmp_path: Path
) -> None:
    settings = replace(settings, environment={**settings.environment, "XANH_OUTBOX": str(tmp_path / "outbox")})
    alerts.tell(settings, [Finding("disk_full", "critical", "1 GiB free", "free space")], NOW)
    (path,) = (tmp_path / "outbox").glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["To"] == catalog.obligations.engineer_email
    assert message["To"] not in {address for contact in catalog.contacts for address in contact.emails}
    assert "critical: disk_full" in message["Subject"]
    assert all(words in message.get_content() for words in ("1 GiB free", "free space", "docs/runbook.md"))
    assert list(settings.drop.rglob("*")) == []


def test_a_warehouse_that_is_down_is_told_without_it(settings: Settings, tmp_path: Path) -> None:
    outbox = {"XANH_OUTBOX": str(tmp_path / "outbox"), "XANH_ENGINEER_EMAIL": "on-call@example.org"}
    gone = replace(
        settings, warehouse_url="postgresql://nobody@127.0.0.1:1/none", environment={**settings.environment, **outbox}
    )
    for number in range(3):
        assert [alert.code for alert in alerts.look(gone, NOW + number * MINUTE)] == ["warehouse_down"]
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1


def test_the_runbook_explains_every_code() -> None:
    codes = set(doctor.ADVICE) | {
        "warehouse_down", "disk_full", "disk_low", "old_backup", "no_backup", "certificate_ends", "certificate_unreadable",
        "schema_old", "schema_new", "calendar_ends", "archive_lost", "archive_changed", "catalog", "reader_pries",
        "reader_blind", "folder_refused", "folder_hangs", "warehouse_empty", "stray_file",
    }  # fmt: skip
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    assert [code for code in sorted(codes) if f"`{code}`" not in runbook] == []
