"""Ingestion killed at any point, and two ingestions at once: in the end the same tables as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xanh.database import warehouse
from xanh.settings import Settings

POINTS = (
    "receive.entered",
    "ingest.received",
    "ingest.parse",
    "load.commit",
    "load.committed",
    "feedback.start",
    "feedback.written",
)
"""In the order in which a run passes them; load.commit is inside the transaction, load.committed behind it."""
QUICK = {"QUIET_SECONDS": "1e-6", "QUIET_TEXT_SECONDS": "1e-6", "POLL_SECONDS": "0.001"}
WORKER = """
import json, os, sys, traceback
import great_expectations, xanh.feedback.writing, xanh.reading.harmonise, xanh.parsing.parse, xanh.arrival.receive, xanh.validation.validate
from xanh.loading import ingest
from xanh.catalog import load_catalog
from xanh.settings import Settings

load_catalog(Settings.from_environment().catalog)

def run(environment, plan):
    process = os.fork()
    if process:
        return process
    os.environ.update(environment, XANH_FAULT=plan)
    try:
        ingest.run(Settings.from_environment(os.environ))
    except BaseException:
        traceback.print_exc()
        os._exit(3)
    os._exit(0)

for line in sys.stdin:
    environment, plans = json.loads(line)
    processes = [run(environment, plan) for plan in plans]
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]), flush=True)
"""
NO_FAULT = "nowhere:1:kill"
HEAD = "thang,ma_nha_may,ten,loai_nguon,xa,cong_suat_MW,san_luong_kWh,kWp,so_ho\n"
ROW = "{month},NM01,Thủy điện Nậm Khuổi 1,thuy_dien,{place},24,{output},,\n"
FILES = (
    ("dien T5.2025.csv", HEAD + ROW.format(month="2025-05", place="Huyện Bảo Lâm", output=9000100)),
    ("dien T6.2025.csv", HEAD + ROW.format(month="2025-06", place="Huyện Bảo Lâm", output=9000200)),
    ("dien T6.2025 (2).csv", HEAD + ROW.format(month="2025-06", place="Huyện Bảo Lâm", output=9000300)),
    ("dien T6.2025 (3).csv", HEAD + ROW.format(month="2025-06", place="Huyện Không Có", output=9000400)),
    ("dien T5.2025 copy.csv", HEAD + ROW.format(month="2025-05", place="Huyện Bảo Lâm", output=9000100)),
    ("dien.xlsx", "PK\x03\x04 and then nothing of a workbook"),
)
VERDICTS = {
    "dien T5.2025.csv": ("accepted", 1),
    "dien T6.2025.csv": ("accepted", 1),
    "dien T6.2025 (2).csv": ("accepted", 2),
    "dien T6.2025 (3).csv": ("rejected", None),
    "dien T5.2025 copy.csv": ("duplicate", None),
    "dien.xlsx": ("unreadable", None),
}
GENERATED = [
    ("2025-05", 9000100, 1, True),
    ("2025-06", 9000200, 1, False),
    ("2025-06", 9000300, 2, True),
]


@pytest.fixture
def dropped(settings: Settings) -> Settings:
    """Six files of one department in its folder, in a known order of arrival."""
    folder = settings.drop / "dien-luc"
    folder.mkdir()
    for number, (name, content) in enumerate(FILES):
        (folder / name).write_text(content, encoding="utf-8")
        os.utime(folder / name, (1_700_000_000 + number, 1_700_000_000 + number))
    return settings


class Worker:
    """A process that has imported everything and forks one ingestion for each plan of faults."""

    def __init__(self) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("XANH_")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            env={**kept, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "include")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, settings: Settings, *plans: str) -> list[int]:
        """Runs one ingestion a plan, all of them at the same time; their exit statuses."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        environment = {**settings.environment, **{f"XANH_LIMIT_{name}": value for name, value in QUICK.items()}}
        self.process.stdin.write(json.dumps([environment, plans]) + "\n")
        self.process.stdin.flush()
        statuses: list[int] = json.loads(self.process.stdout.readline())
        return statuses


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One for all tests here: what it imports takes seconds."""
    worker = Worker()
    yield worker
    assert worker.process.stdin is not None
    worker.process.stdin.close()
    worker.process.wait(60)


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """What a reader sees."""
    with warehouse.connect(settings, "reader") as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def assert_everything_is_there_once(settings: Settings) -> None:
    """Verdicts, revisions, values, findings, feedback and folder are those of an undisturbed run."""
    found: Mapping[str, Any] = {
        name: (verdict, revision)
        for name, verdict, revision in rows(settings, "select file_name, verdict, revision from mart.submission")
    }
    assert found == VERDICTS
    assert rows(settings, "select count(*) from mart.submission where state = 'done'") == [(len(FILES),)]
    generated = rows(
        settings,
        "select period, value, revision, known_to is null from mart.observation_history "
        "where measure_code = 're_generation_kwh' order by period, value",
    )
    assert generated == [(period, Decimal(value), *rest) for period, value, *rest in GENERATED]
    twice = "select submission_id, ordinal from mart.issue group by 1, 2 having count(*) > 1"
    assert rows(settings, twice) == []
    feedback = [path.name for path in (settings.drop / "dien-luc" / "_phan-hoi").iterdir()]
    assert len([name for name in feedback if name.endswith(".phan-hoi.html")]) == len(FILES)
    assert [path for path in (settings.drop / "dien-luc").iterdir() if path.is_file()] == []


def test_a_kill_at_each_point_one_after_the_other_changes_nothing_in_the_end(worker: Worker, dropped: Settings) -> None:
    statuses = [worker.run(dropped, f"{point}:1:kill") for point in POINTS]
    assert statuses == [[-signal.SIGKILL]] * len(POINTS)
    assert worker.run(dropped, NO_FAULT) == [0]
    assert_everything_is_there_once(dropped)


@pytest.mark.slow
@pytest.mark.parametrize("turn", [1, 3])
@pytest.mark.parametrize("point", POINTS[2:])
def test_a_kill_at_one_point_changes_nothing_in_the_end(
    point: str, turn: int, worker: Worker, dropped: Settings
) -> None:
    assert worker.run(dropped, f"{point}:{turn}:kill") == [-signal.SIGKILL]
    assert worker.run(dropped, NO_FAULT) == [0]
    assert_everything_is_there_once(dropped)


def test_two_ingestions_at_once_double_nothing(worker: Worker, dropped: Settings) -> None:
    assert worker.run(dropped, NO_FAULT, NO_FAULT) == [0, 0]
    assert worker.run(dropped, NO_FAULT) == [0]
    assert_everything_is_there_once(dropped)


def test_a_file_that_keeps_ending_the_program_is_set_aside_and_the_others_go_on(
    worker: Worker, dropped: Settings
) -> None:
    statuses = [worker.run(dropped, plan) for plan in ("ingest.parse:1:kill", "ingest.parse:1:kill", NO_FAULT)]
    assert statuses == [[-signal.SIGKILL], [-signal.SIGKILL], [0]]
    found = rows(dropped, "select file_name, verdict from mart.submission")
    assert dict(found) == {name: verdict for name, (verdict, _) in VERDICTS.items()} | {FILES[0][0]: "unreadable"}
    blamed = rows(dropped, "select rule, responsibility from mart.issue where rule = 'L02'")
    assert blamed == [("L02", "us")]


def test_feedback_that_cannot_be_written_is_written_by_the_next_run_and_the_load_stands(
    worker: Worker, dropped: Settings
) -> None:
    obstacle = dropped.drop / "dien-luc" / "_phan-hoi"
    obstacle.symlink_to("elsewhere")
    assert worker.run(dropped, NO_FAULT) == [0]
    loaded = "select count(*) from mart.observation_history where measure_code = 're_generation_kwh'"
    assert rows(dropped, loaded) == [(3,)]
    assert rows(dropped, "select count(*) from mart.submission where state = 'loaded'") == [(len(FILES),)]
    obstacle.unlink()
    assert worker.run(dropped, NO_FAULT) == [0]
    assert_everything_is_there_once(dropped)
