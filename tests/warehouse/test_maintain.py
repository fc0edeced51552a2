"""Care and diagnosis: what is wrong is found and said, backups are kept as promised and come back."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from xanh.database.warehouse import Connection, connect, sql
from xanh.operations import doctor, maintain
from xanh.settings import Settings

NOW = datetime(2026, 11, 28, 2, 30, tzinfo=UTC)


def codes(settings: Settings, **options: bool) -> set[str]:
    return {finding.code for finding in doctor.examine_installation(settings, **options) if finding.state != "ok"}


def enter(conn: Connection, **columns: object) -> None:
    row = {"department_code": "dien-luc", "file_name": "a.csv", "sha256": "0" * 64, "size": 1, **columns}
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    conn.execute(f"insert into intake.submission ({names}) values ({places})", list(row.values()))
    conn.commit()


def test_a_sound_installation_only_lacks_a_backup(settings: Settings) -> None:
    assert codes(settings) - {"disk_low", "disk_full"} == {"no_backup"}  # the disk is that of whoever runs the tests


def test_a_lost_file_and_a_changed_one_are_found(settings: Settings, conn: Connection) -> None:
    enter(conn, state="done", verdict="rejected")
    assert "archive_lost" in codes(settings)
    folder = settings.archive / "00"
    folder.mkdir()
    (folder / ("0" * 64)).write_bytes(b"other")
    assert "archive_lost" not in codes(settings)
    assert "archive_changed" not in codes(settings)
    assert "archive_changed" in codes(settings, is_thorough=True)


def test_what_is_stuck_is_found_and_says_what_to_do(settings: Settings, conn: Connection) -> None:
    enter(conn, received_at=datetime.now(UTC) - timedelta(hours=1))
    found = [finding for finding in doctor.examine_installation(settings) if finding.code == "stuck_submission"]
    assert [(finding.state, bool(finding.advice)) for finding in found] == [("critical", True)]


def test_a_growing_quarantine_is_a_warning(settings: Settings, conn: Connection) -> None:
    for number in range(5):
        enter(conn, sha256=f"{number:064x}", state="done", verdict="unknown_form")
    assert "growing_quarantine" in codes(settings)


def test_a_server_that_does_not_answer_is_said_and_nothing_else_is_asked(settings: Settings) -> None:
    gone = replace(settings, warehouse_url="postgresql://nobody@127.0.0.1:1/none")
    assert "warehouse_down" in codes(gone)


def test_a_warehouse_without_tables_is_no_server_that_is_down(settings: Settings) -> None:
    with connect(settings, "owner") as connection:
        connection.execute("drop schema mart cascade")
    assert doctor.NO_WAREHOUSE & codes(settings) == {"warehouse_empty"}


def test_every_alert_has_advice(settings: Settings) -> None:
    text = sql("monitor/alerts")
    assert all(f"'{code}'" in text for code in doctor.ADVICE)
    assert doctor.WARNINGS.issubset(doctor.ADVICE)
    maintain.vacuum(settings)


def test_figures_of_the_flow_are_numbers(conn: Connection) -> None:
    enter(conn, state="done", verdict="accepted", finished_at=datetime.now(UTC))
    rows = conn.execute(sql("monitor/metrics"), {"now": datetime.now(UTC)}).fetchall()
    assert ("submissions", "accepted", 1) in rows


def test_backups_of_days_weeks_and_months_are_kept() -> None:
    moments = [NOW - timedelta(days=number) for number in range(800)]
    kept = sorted(maintain.to_keep(moments), reverse=True)
    assert kept[:7] == moments[:7]
    assert 7 + 4 + 9 <= len(kept) <= 7 + 5 + 12
    assert maintain.to_keep(kept) == set(kept)


def test_old_logs_go_and_new_ones_stay(tmp_path: Path) -> None:
    old, new = tmp_path / "a" / "old.log", tmp_path / "b" / "new.log"
    for path in (old, new):
        path.parent.mkdir()
        path.write_text("x")
    past = (NOW - timedelta(days=31)).timestamp()
    os.utime(old, (past, past))
    os.utime(new, (NOW.timestamp(), NOW.timestamp()))
    assert maintain.rotate_logs(tmp_path, NOW) == 1
    assert (old.exists(), new.exists()) == (False, True)


def test_a_log_that_has_grown_too_long_is_shortened_under_its_writer(tmp_path: Path) -> None:
    path = tmp_path / "scheduler.log"
    (tmp_path / "short.log").write_text("x")
    with path.open("ab", buffering=0) as writer:
        writer.write(b"a" * 100)
        assert maintain.shorten_logs(tmp_path, most=50) == 1
        writer.write(b"b")
    assert path.read_bytes() == b"b"
    assert (tmp_path / "scheduler.log.1").read_bytes() == b"a" * 100


@pytest.mark.slow
def test_a_backup_comes_back_in_a_scratch_server_and_a_hole_in_it_is_found(
    settings: Settings, conn: Connection, tmp_path: Path
) -> None:
    settings = replace(settings, environment={**settings.environment, "XANH_BACKUP": str(tmp_path / "backup")})
    sha256 = hashlib.sha256(b"a").hexdigest()
    kept = settings.archive / sha256[:2] / sha256
    kept.parent.mkdir()
    kept.write_bytes(b"a")
    enter(conn, sha256=sha256, state="done", verdict="rejected")
    path = maintain.make_backup(settings, NOW)
    assert [each for each, _ in maintain.backups(settings)] == [path]
    assert maintain.drill(settings, path)["mart.submission"] == 1
    kept.unlink()
    with pytest.raises(maintain.DrillFailed, match="1 archived files are missing"):
        maintain.drill(settings, maintain.make_backup(settings, NOW + timedelta(days=1)))
