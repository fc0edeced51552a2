"""Two Celery workers against one, each with one slot, as docker-compose.yaml starts them on this machine.

PostgreSQL, the broker and Airflow work on the same cores. How many cores one worker keeps busy with them says what a second can give.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.services import Machine

from bench import many
from bench.measure import Figure, Piece, Run, Series, at_least, rounds
from bench.stack import answered, emptied
from bench.stand import Dropped
from xanh.settings import Settings

FILES = 400
READY = " ready."
"""What Celery says when a worker takes tasks."""


def measure(run: Run) -> list[Figure]:
    """The same files through one worker and through two; the ratio is how many times as fast the two are."""
    files = many.write(run.folder / "made", FILES // 10 if run.quick else FILES, is_newest=True)
    busy: dict[int, list[float]] = {1: [], 2: []}
    with _machine(run) as (machine, settings):

        def through(count: int) -> Piece:
            def work() -> None:
                used, started = _used_seconds(), time.perf_counter()
                answered(settings, files)
                busy[count].append((_used_seconds() - used) / (time.perf_counter() - started))

            return Piece(str(count), work, before=lambda: _prepare(machine, settings, count))

        _warm(machine, settings, files[:2])
        found = rounds([through(1), through(2)], min(run.rounds, 3), warm=False)
    one, two = found["1"], found["2"]
    return [
        Figure(f"{len(files)} files, one Celery worker", one, "s"),
        Figure("the same, two Celery workers", two, "s"),
        Figure("one worker's time", one, "s", "two workers'", two, at_least(1.6)),
        Figure("cores in use with one worker", Series(tuple(busy[1])), f"of {os.cpu_count()}"),
        Figure("cores in use with two workers", Series(tuple(busy[2])), f"of {os.cpu_count()}"),
    ]


def _used_seconds() -> float:
    """What all cores together have worked since the start of the machine, for whomever."""
    user, nice, system, _idle, _waiting, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _machine(run: Run) -> Iterator[tuple[Machine, Settings]]:
    folder = run.folder / "machine"
    folder.mkdir()
    drop, archive = folder / "drop", folder / "archive"
    drop.mkdir()
    archive.mkdir()
    places = {"XANH_DROP": str(drop), "XANH_ARCHIVE": str(archive), "AIRFLOW__CELERY__WORKER_CONCURRENCY": "1"}
    machine = Machine(folder, places)
    try:
        machine.start_airflow()
        yield machine, Settings.from_environment({"XANH_HOME": str(machine.database.home)} | places)
    finally:
        machine.stop()
        shutil.rmtree(folder)


def _warm(machine: Machine, settings: Settings, files: list[Dropped]) -> None:
    _prepare(machine, settings, 2)
    answered(settings, files)


def _prepare(machine: Machine, settings: Settings, count: int) -> None:
    """So many workers that have said that they are there, and nothing of the round before."""
    wanted = {f"worker-{number + 1}" for number in range(count)}
    for name in [name for name in machine.processes if name.startswith("worker-") and name not in wanted]:
        machine.end(name)
    for name in sorted(wanted - set(machine.processes)):
        seen = machine.log(name).count(READY)
        machine.start("worker", name, "--celery-hostname", name)
        machine.wait_for(lambda n=name, s=seen: machine.log(n).count(READY) > s, name)
    emptied(settings)
