"""Two Celery workers against one, each with one slot, as docker-compose.yaml starts them on this machine.

PostgreSQL, the broker and Airflow work on the same cores. How many cores are busy with one worker says what a second can give: on
two cores at most two divided by it. The files are of many departments, since those of one are worked on one after the other, and
there are as many lanes as two workers have slots. No DAG runs but `ingest`: what is computed afterwards would fall into one round
and not into another.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from tests.deploy.services import Machine

from bench import many
from bench.measure import Figure, Piece, Run, Series, at_least, rounds
from bench.stack import answered, emptied
from bench.stand import Dropped
from xanh.settings import ROOT, Settings

FILES, OF_ONE = 480, 8
LANES = 2
WORKERS, DATABASE, OTHERS = WHO = "workers", "PostgreSQL", "Airflow and broker"
READY = " ready."
"""What Celery says when a worker takes tasks."""


def measure(run: Run) -> list[Figure]:
    """The same files through one worker and through two; the ratio is how many times as fast the two are."""
    files = many.write(run.folder / "made", FILES // 10 if run.quick else FILES, is_newest=True, of_one=OF_ONE)
    cores: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    with _machine(run) as (machine, settings):

        def through(count: int) -> Piece:
            def work() -> None:
                before, started = _used(machine), time.perf_counter()
                answered(settings, files)
                seconds = time.perf_counter() - started
                cores[count].append({who: (used - before[who]) / seconds for who, used in _used(machine).items()})

            return Piece(str(count), work, before=lambda: _prepare(machine, settings, count))

        _warm(machine, settings, files[:2])
        found = rounds([through(1), through(2)], min(run.rounds, 3), warm=False)
    one, two = found["1"], found["2"]
    return [
        Figure(f"{len(files)} files, from the drop to the last feedback, one Celery worker", one, "s"),
        Figure("the same, two Celery workers", two, "s"),
        Figure("one worker's time", one, "s", "two workers'", two, at_least(1.6)),
        _cores("one worker", cores[1]),
        _cores("two workers", cores[2]),
    ]


def _cores(what: str, by_round: list[dict[str, float]]) -> Figure:
    """How many cores were in use, and by whom."""
    whole = Series(tuple(sum(each.values()) for each in by_round))
    shares = {who: sum(each[who] for each in by_round) / sum(whole.values) for who in WHO}
    told = ", ".join(f"{who} {share:.0%}" for who, share in shares.items())
    return Figure(f"cores in use with {what}: {told}", whole, f"of {os.cpu_count()}")


def _used(machine: Machine) -> dict[str, float]:
    """Seconds of CPU so far, of who is there and of the children that have ended."""
    roots = {
        process.pid: WORKERS if name.startswith("worker") else OTHERS for name, process in machine.processes.items()
    }
    roots[int((machine.database.home / "pg" / "data" / "postmaster.pid").read_text().split()[0])] = DATABASE
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = path.read_text().rpartition(")")[2].split()
            number = int(path.parent.name)
            parents[number], ticks[number] = int(fields[1]), sum(map(int, fields[11:15]))
    found = dict.fromkeys(WHO, 0.0)
    for number, used in ticks.items():
        above = number
        while above and above not in roots:
            above = parents.get(above, 0)
        if above:
            found[roots[above]] += used / os.sysconf("SC_CLK_TCK")
    return found


@contextmanager
def _machine(run: Run) -> Iterator[tuple[Machine, Settings]]:
    folder = run.folder / "machine"
    folder.mkdir()
    drop, archive = folder / "drop", folder / "archive"
    drop.mkdir()
    archive.mkdir()
    places = {"XANH_DROP": str(drop), "XANH_ARCHIVE": str(archive), "AIRFLOW__CELERY__WORKER_CONCURRENCY": "1"}
    places["XANH_LIMIT_LANES"] = str(LANES)
    machine = Machine(folder, places)
    try:
        machine.start_airflow()
        _pause_others(machine)
        yield machine, Settings.from_environment({"XANH_HOME": str(machine.database.home)} | places)
    finally:
        machine.stop()
        shutil.rmtree(folder)


def _pause_others(machine: Machine) -> None:
    """Leaves the DAG `ingest` alone, once the dag-processor has told all of them."""
    with psycopg.connect(machine.server.url("airflow"), autocommit=True) as connection:

        def are_told() -> bool:
            row = connection.execute("select count(*) from dag").fetchone()
            return row is not None and row[0] == len(list((ROOT / "dags").glob("*.py")))

        machine.wait_for(are_told, "all DAGs")
        connection.execute("update dag set is_paused = (dag_id <> 'ingest')")


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
