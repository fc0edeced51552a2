"""Two Celery workers against one, each with one slot, as docker-compose.yaml starts them on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from tests.deploy.services import Machine

from bench import many
from bench.measure import Figure, Piece, Run, at_least, rounds
from bench.stack import answered, emptied
from bench.stand import Dropped
from xanh.settings import Settings

FILES = 300
READY = " ready."
"""What Celery says when a worker takes tasks."""


def measure(run: Run) -> list[Figure]:
    """The same files through one worker and through two; the ratio is how many times as fast the two are."""
    files = many.write(run.folder / "made", FILES // 10 if run.quick else FILES)
    with _machine(run) as (machine, settings):
        pieces = [
            Piece(f"{count}", lambda: answered(settings, files), before=lambda c=count: _prepare(machine, settings, c))
            for count in (1, 2)
        ]
        _warm(machine, settings, files[:2])
        found = rounds(pieces, min(run.rounds, 3), warm=False)
    one, two = found["1"], found["2"]
    return [
        Figure(f"{len(files)} files, one Celery worker", one, "s"),
        Figure("the same, two Celery workers", two, "s"),
        Figure("one worker's time", one, "s", "two workers'", two, at_least(1.6)),
    ]


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
