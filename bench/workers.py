"""Two Celery workers against one, each with one slot, as docker-compose.yaml starts them on this machine.

PostgreSQL, the broker and Airflow work on the same cores. How many cores are busy with one worker says what a second can give: on
two cores at most two divided by it. The files are of many departments, since those of one are worked on one after the other, and
there are as many lanes as two workers have slots. No DAG runs but `ingest`: what is computed afterwards would fall into one round
and not into another.

From the drop to the first lane nothing is shared out: the watch looks, files are left alone for some seconds, copied and entered. So the
seconds of that stand beside the whole, and the ratio of the rest by itself. Files are dropped in the middle between two looks:
rounds would differ by the seconds between two looks.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from operator import sub
from pathlib import Path

import psycopg
from psycopg.rows import dict_row
from tests.deploy.services import Machine

from bench import many
from bench.measure import Figure, Piece, Run, Series, at_least, rounds
from bench.stack import answered, emptied
from bench.stand import Dropped
from xanh.loading.lanes import LOOK_SECONDS
from xanh.settings import ROOT, Settings

FILES, OF_ONE, AMENDMENTS = 1_000, 48, 4
LANES = 2
WORKERS, DATABASE, OTHERS = WHO = "workers", "PostgreSQL", "Airflow and broker"
READY = " ready."
"""What Celery says when a worker takes tasks."""
LOOKED = "select coalesce(max(beat_at), 'epoch') from ops.pulse where name = 'scan'"


@dataclass(frozen=True)
class Round:
    """One round: when the files were dropped and the last was answered (seconds since 1970), and cores in use, by whom."""

    dropped: float
    answered: float
    cores: dict[str, float]


def measure(run: Run) -> list[Figure]:
    """The same files through one worker and through two; the ratio is how many times as fast the two are."""
    count = FILES // 10 if run.quick else FILES
    files = many.write(run.folder / "made", count, is_newest=True, of_one=OF_ONE, amendments=AMENDMENTS)
    seen: dict[int, list[Round]] = {1: [], 2: []}
    with _machine(run) as (machine, settings):

        def through(count: int) -> Piece:
            def work() -> None:
                before, dropped = _used(machine), time.time()
                answered(settings, files)
                seconds = time.time() - dropped
                cores = {who: (used - before[who]) / seconds for who, used in _used(machine).items()}
                seen[count].append(Round(dropped, dropped + seconds, cores))

            return Piece(str(count), work, before=lambda: _prepare(machine, settings, count))

        _warm(machine, settings, files[:2])
        found = rounds([through(1), through(2)], min(run.rounds, 2), warm=False)
        before_one = _before_lanes(machine, seen[1], "one worker")
        before_two = _before_lanes(machine, seen[2], "two workers")
    one, two = found["1"], found["2"]
    lanes_one, lanes_two = (
        Series(tuple(map(sub, whole.values, before.series.values)))
        for whole, before in ((one, before_one), (two, before_two))
    )
    return [
        Figure(f"{len(files)} files, from the drop to the last feedback, one Celery worker", one, "s"),
        Figure("the same, two Celery workers", two, "s"),
        Figure("one worker's time", one, "s", "two workers'", two, at_least(1.6)),
        before_one,
        before_two,
        Figure("one worker's time from the first lane on", lanes_one, "s", "two workers'", lanes_two),
        _cores("one worker", seen[1]),
        _cores("two workers", seen[2]),
    ]


def _before_lanes(machine: Machine, seen: list[Round], who: str) -> Figure:
    """Seconds from the drop to the first lane. More runs of ingest than rounds: a drop was left to two of them."""
    question = (Path(__file__).with_name("sql") / "lanes_began.sql").read_text(encoding="utf-8")
    with psycopg.connect(machine.server.url("airflow"), row_factory=dict_row) as connection:
        rows = [connection.execute(question, vars(each)).fetchone() or {} for each in seen]
    runs = sum(row["run_count"] for row in rows)
    before = Series(tuple(row["began_at"] - each.dropped for row, each in zip(rows, seen, strict=True)))
    return Figure(f"of it before the first lane, {who}, {runs} runs in {len(seen)} rounds", before, "s")


def _cores(what: str, seen: list[Round]) -> Figure:
    """How many cores were in use, and by whom."""
    whole = Series(tuple(sum(each.cores.values()) for each in seen))
    shares = {who: sum(each.cores[who] for each in seen) / sum(whole.values) for who in WHO}
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
    """So many workers that have said that they are there, nothing of the round before, and the middle between two looks."""
    wanted = {f"worker-{number + 1}" for number in range(count)}
    for name in [name for name in machine.processes if name.startswith("worker-") and name not in wanted]:
        machine.end(name)
    for name in sorted(wanted - set(machine.processes)):
        seen = machine.log(name).count(READY)
        machine.start("worker", name, "--celery-hostname", name)
        machine.wait_for(lambda n=name, s=seen: machine.log(n).count(READY) > s, name)
    emptied(settings)
    with psycopg.connect(machine.server.url("owner"), autocommit=True) as connection:
        last = connection.execute(LOOKED).fetchone()
        machine.wait_for(lambda: connection.execute(LOOKED).fetchone() != last, "the next look")
    time.sleep(LOOK_SECONDS / 2 - 0.5)  # the wait itself looks once a second
