"""Several processes work on what one `xanh ingest` finds: as one alone would, also when one of them fails or dies."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from xanh import faults
from xanh.database.warehouse import connect
from xanh.loading import beside, claims, ingest, lanes
from xanh.loading.outcomes import IngestError, Interrupted, Outcome
from xanh.samples import ExpectedSubmission
from xanh.settings import ROOT, Settings

Samples = tuple[Path, list[ExpectedSubmission]]
Fresh = Callable[..., AbstractContextManager[Settings]]
COMMAND = """
import os, sys, time
from xanh.loading import beside, claims, ingest, lanes
from xanh.settings import Settings
os.sched_getaffinity = lambda _: {0, 1}
claims.MOST = lanes.FILES_A_LANE = 4
if sys.argv[1:]:
    real = beside.reach
    beside.reach = lambda point: time.sleep(600) if point == "beside.helps" else real(point)
print(len(ingest.run(Settings.from_environment())))
"""
OBSERVATIONS = """
select s.department_code, s.file_name, o.measure_code, o.item_code, o.area_code, o.period_code, o.value, o.known_to is null,
    o.source_sheet, o.source_cell
from core.observation as o join intake.submission as s using (submission_id)
"""
SUBMISSIONS = (
    "select department_code, file_name, verdict, form_code, period_code, revision, state from intake.submission"
)
ISSUES = """
select s.department_code, s.file_name, i.ordinal, i.rule, i.sheet, i.cell, i.message_vi
from intake.issue as i join intake.submission as s using (submission_id)
"""


SENDERS = ("dien-luc", "so-nong-nghiep-moi-truong", "ban-quan-ly-khu-kinh-te")


def fill(settings: Settings, made: Path) -> None:
    """What three departments send of the samples."""
    for sender in SENDERS:
        shutil.copytree(made / sender, settings.drop / sender, dirs_exist_ok=True)


@pytest.fixture
def full(settings: Settings, own_samples: Samples) -> Settings:
    """Files lie in the drop folders."""
    fill(settings, own_samples[0])
    return settings


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has; and few files are many."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(claims, "MOST", 4)
    monkeypatch.setattr(lanes, "FILES_A_LANE", 4)


@pytest.fixture
def other_process(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Plans a fault for it alone: this one has met the point too often already."""

    def plan(fault: str) -> None:
        real = beside._help

        def help_out(*arguments: Any) -> None:
            faults._reached.clear()
            real(*arguments)

        monkeypatch.setattr(beside, "_help", help_out)
        monkeypatch.setenv(faults.VARIABLE, fault)
        monkeypatch.setitem(faults._reached, fault.partition(":")[0], 1_000)

    return plan


@pytest.fixture
def helpers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int | None]]:
    """The processes that were started beside this one."""
    started: list[int | None] = []
    real = beside.Helper.__init__

    def noted(self: beside.Helper, *arguments: Any) -> None:
        real(self, *arguments)
        started.append(self._process.pid)

    monkeypatch.setattr(beside.Helper, "__init__", noted)
    yield started
    assert not any(pid is not None and psutil.pid_exists(pid) for pid in started)


def rows(settings: Settings, statement: str) -> list[tuple[Any, ...]]:
    with connect(settings, "owner") as connection:
        return sorted(connection.execute(statement).fetchall(), key=repr)


def test_two_processes_leave_what_one_leaves(
    full: Settings,
    own_samples: Samples,
    fresh_settings: Fresh,
    tmp_path: Path,
    two_processors: None,
    helpers: list[int | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = ingest.run(full)
    assert len(helpers) == 1
    (tmp_path / "alone").mkdir()
    with fresh_settings(tmp_path / "alone") as alone:
        fill(alone, own_samples[0])
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
        assert len(ingest.run(alone)) == len(told)
        assert len(helpers) == 1
        for statement in (SUBMISSIONS, ISSUES, OBSERVATIONS):
            assert rows(full, statement) == rows(alone, statement)
    loaded = rows(
        full, "select department_code, received_seq, loaded_at from intake.submission where loaded_at is not null"
    )
    for department in {each for each, _, _ in loaded}:
        moments = [moment for each, _, moment in sorted(loaded, key=lambda row: row[1]) if each == department]
        assert moments == sorted(moments)
    assert {(each.submission_id,) for each in told} == set(rows(full, "select submission_id from intake.submission"))


def test_few_files_or_one_department_start_no_other_process(
    settings: Settings,
    own_samples: Samples,
    two_processors: None,
    helpers: list[int | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(settings, own_samples[0])
    monkeypatch.setattr(lanes, "FILES_A_LANE", 1_000)
    count = len(ingest.run(settings))
    monkeypatch.setattr(lanes, "FILES_A_LANE", 1)
    shutil.copytree(own_samples[0] / SENDERS[0], settings.drop / SENDERS[0], dirs_exist_ok=True)
    assert 4 < len(ingest.run(settings)) < count
    assert helpers == []


@pytest.mark.parametrize("fault", ["beside.helps:1:kill", "beside.told:1:kill", "load.commit:2:kill"])
def test_what_a_killed_process_held_is_done_all_the_same(
    full: Settings,
    two_processors: None,
    helpers: list[int | None],
    other_process: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
    fault: str,
) -> None:
    other_process(fault)
    told = [each.submission_id for each in ingest.run(full)]
    assert len(helpers) == 1
    assert "a process beside this one ended with code -9" in caplog.text
    assert rows(full, "select count(*) from intake.submission where state <> 'done'") == [(0,)]
    assert {(each,) for each in told} == set(rows(full, "select submission_id from intake.submission"))


def test_a_fault_of_the_program_in_the_other_process_is_raised_when_all_else_is_done(
    full: Settings,
    two_processors: None,
    helpers: list[int | None],
    other_process: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other_process("load.commit:1:crash")
    told: list[Outcome] = []
    with pytest.raises(IngestError, match="The program failed on submission") as raised:
        ingest.run(full, told.append)
    assert "InjectedFault: injected at load.commit" in raised.value.__notes__[0]
    assert len(helpers) == 1
    failed = rows(full, "select submission_id, department_code from intake.submission where state <> 'done'")
    assert len({department for _, department in failed}) == 1
    assert not {number for number, _ in failed} & {each.submission_id for each in told}
    monkeypatch.delenv(faults.VARIABLE)
    assert {each.submission_id for each in ingest.run(full)} == {number for number, _ in failed}


def test_the_other_process_ends_with_the_command_that_is_killed(full: Settings) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "include"), **full.environment}
    killed = subprocess.run(
        [sys.executable, "-c", COMMAND, "the other one hangs"],
        env={**environment, faults.VARIABLE: "beside.begun:1:kill"},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    until = time.monotonic() + 60
    while others := [each for each in psutil.process_iter() if _is_of(each, full)]:
        assert time.monotonic() < until, others
        time.sleep(0.1)
    again = subprocess.run([sys.executable, "-c", COMMAND], env=environment, check=True, capture_output=True, text=True)
    assert rows(full, "select count(*) from intake.submission") == [(int(again.stdout),)]
    assert rows(full, "select count(*) from intake.submission where state <> 'done'") == [(0,)]


def _is_of(process: psutil.Process, settings: Settings) -> bool:
    try:
        return process.cmdline()[1:3] == ["-c", COMMAND] and process.environ().get("XANH_HOME") == str(settings.home)
    except psutil.Error:
        return False


def test_errors_arrive_whole_from_another_process() -> None:
    outcome = Outcome(1, "dien-luc", "a.xlsx", "accepted", "F04", "2025-06", 1, 12, 0, 0)
    ear, mouth = multiprocessing.Pipe(duplex=False)
    mouth.send(Interrupted(psycopg.OperationalError("no room"), [outcome]))
    interrupted = ear.recv()
    assert (str(interrupted), interrupted.outcomes) == ("no room", (outcome,))
    failed = IngestError("The program failed on submission 1.", [outcome])
    failed.add_note("submission 1: because")
    mouth.send(failed)
    again = ear.recv()
    assert (str(again), again.outcomes, again.__notes__) == (str(failed), (outcome,), failed.__notes__)
