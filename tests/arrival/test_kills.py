"""A process killed at any point of arrival, then another run: each file entered once, none lost, none left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from xanh.arrival.archive import INCOMING, Archive
from xanh.arrival.receive import receive
from xanh.catalog import Catalog
from xanh.limits import Limits
from xanh.settings import Settings

POINTS = ("copied", "entered", "recorded", "noted", "removed")
LIMITS = {"QUIET_SECONDS": "1e-6", "QUIET_TEXT_SECONDS": "1e-6", "POLL_SECONDS": "0.001"}
WORKER = """
import os
from xanh.database import warehouse
from xanh.catalog import load_catalog
from xanh.arrival.receive import receive
from xanh.settings import Settings
settings = Settings.from_environment(os.environ)
with warehouse.connect(settings, "loader") as connection:
    receive(settings, load_catalog(settings.catalog), connection)
"""


def run_killed(settings: Settings, plan: str) -> int:
    """Runs receive in a process of its own with a planned fault; its exit status."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("XANH_")},
        **settings.environment,
        **{f"XANH_LIMIT_{name}": value for name, value in LIMITS.items()},
        "XANH_FAULT": plan,
        "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "include"),
    }
    return subprocess.run([sys.executable, "-c", WORKER], env=environment, check=False, timeout=120).returncode


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("turn", [1, *(pytest.param(turn, marks=pytest.mark.slow) for turn in (2, 3))])
def test_a_kill_at_any_point_enters_each_file_exactly_once(
    point: str, turn: int, settings: Settings, catalog: Catalog, conn: psycopg.Connection[Any]
) -> None:
    folder = settings.drop / "so-cong-thuong"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.csv").write_bytes(b"ten;so\nA;%d\n" % number)
        os.utime(folder / f"{number}.csv", (1_700_000_000 + number, 1_700_000_000 + number))
    assert run_killed(settings, f"receive.{point}:{turn}:kill") == -signal.SIGKILL
    quick = replace(settings, limits=Limits(quiet_seconds=1e-6, quiet_text_seconds=1e-6, poll_seconds=1e-3))
    receive(
        quick, catalog, conn, patience_seconds=20
    )  # PostgreSQL may not have noticed yet that the killed one is gone
    rows = conn.execute("select file_name, verdict, sha256 from intake.submission order by received_seq").fetchall()
    assert [(name, verdict) for name, verdict, _ in rows] == [("0.csv", None), ("1.csv", None), ("2.csv", None)]
    assert conn.execute("select count(*) from intake.file where removed_at is null").fetchone() == (0,)
    assert [entry.name for entry in folder.iterdir()] == ["_da-nhan"]
    archive = Archive(settings.archive)
    assert archive.hashes() == sorted(sha256 for _, _, sha256 in rows)
    assert all(archive.verify(sha256) for sha256 in archive.hashes())
    (note,) = (folder / "_da-nhan").iterdir()
    assert len(note.read_text(encoding="utf-8-sig").splitlines()) == 4
    written = [json.loads(path.read_text()) for path in (settings.archive / "ledger").glob("*.json")]
    assert sorted(line["sha256"] for line in written) == archive.hashes()


def test_what_a_killed_copy_left_is_cleaned_but_not_what_another_process_writes(tmp_path: Path) -> None:
    import fcntl

    archive = Archive(tmp_path)
    incoming = tmp_path / INCOMING
    incoming.mkdir()
    abandoned, written = incoming / "abandoned", incoming / "written"
    for path in (abandoned, written):
        path.write_bytes(b"half")
        os.utime(path, (1_000, 1_000))
    with written.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert archive.clean() == 1
    assert [path.name for path in incoming.iterdir()] == ["written"]


def test_a_leftover_that_vanishes_between_listing_and_look_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path)
    (tmp_path / INCOMING).mkdir()
    monkeypatch.setattr("xanh.arrival.archive._list", lambda folder: [tmp_path / INCOMING / "gone"])
    assert archive.clean() == 0
