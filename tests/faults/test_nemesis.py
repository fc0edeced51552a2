"""A seeded random nemesis over the real processes: workers in parallel, files that keep coming, kills, stops and restarts.

Every choice comes from one seed, which the test prints. When it has done enough, everything is left to settle, and the
tables must be those of a run in which nothing happened.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from fault_server import Workers, log_of
from fault_world import SMALL, Fresh, World, power, undisturbed_run

from xanh.database import postgres

Files = dict[tuple[str, str], bytes]
LEASE_SECONDS = 2.0
JOBS = ("ingest", "beside", "beside", "lane", "lane", "lane", "work", "compute", "abreast")
AT_ONCE = 3
SEEDS = os.environ.get("XANH_SEEDS", "11,12,13").split(",")
"""Of the long runs; other ones can be asked for."""
WEIGHTS = {"kill": 20, "term": 3, "sleep": 3, "drop": 5, "postgres_kill": 1, "postgres_stop": 1}


class Nemesis:
    """Keeps some workers running and does random harm to them."""

    def __init__(self, world: World, files: Files, seed: int) -> None:
        self.world, self.left, self.random = world, dict(files), random.Random(seed)
        self.running: list[int] = []
        self.done: Counter[str] = Counter()
        self.seed = seed

    def rage(self, kills: int) -> None:
        """Until so many workers were killed and every file was dropped."""
        while self.done["kill"] < kills or self.left:
            self.keep_running()
            time.sleep(self.random.expovariate(5))
            self.strike(self.random.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0])
        for pid in self.running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
            self.world.workers.wait(pid)

    def keep_running(self) -> None:
        self.running = [pid for pid in self.running if self.world.workers.poll(pid) is None]
        postgres.ensure_running(self.world.settings)
        while len(self.running) < AT_ONCE:
            job = self.random.choice(JOBS)
            self.running.append(self.world.workers.start(self.world.settings, job, lease_seconds=LEASE_SECONDS))

    def strike(self, what: str) -> None:
        if what == "drop":
            self.drop(self.random.randint(1, 4))
        elif what.startswith("postgres"):
            self.restart(signal.SIGQUIT if what == "postgres_kill" else signal.SIGINT)
        else:
            self.hurt(what, self.random.choice(self.running))
        self.done[what] += 1

    def hurt(self, what: str, pid: int) -> None:
        if self.world.workers.poll(pid) is not None:
            self.done[what] -= 1  # it was faster
        elif what == "sleep":
            os.kill(pid, signal.SIGSTOP)
            time.sleep(LEASE_SECONDS * self.random.uniform(0.5, 1.5))
            os.kill(pid, signal.SIGCONT)
        else:
            os.kill(pid, signal.SIGKILL if what == "kill" else signal.SIGTERM)

    def drop(self, count: int) -> None:
        names = list(self.left)[:count]
        self.world.drop({name: self.left.pop(name) for name in names})

    def restart(self, number: signal.Signals) -> None:
        """The server ends at once (as after kill -9: it recovers) or orderly, and is started by the next who needs it."""
        path = self.world.settings.home / "pg" / "data" / "postmaster.pid"
        pid = int(path.read_text().split("\n", 1)[0])
        os.kill(pid, number)
        while postgres.is_running(self.world.settings):
            time.sleep(0.05)


def stream(reports: int) -> Files:
    """The small files, then reports of the power company in which months are sent again and again."""
    sent = {
        ("dien-luc", f"dien {number:03}.csv"): power(f"2025-{number % 6 + 1:02}", 9100000 + 1000 * number)
        for number in range(reports)
    }
    return {**SMALL, **sent}


def run(workers: Workers, fresh_settings: Fresh, folder: Path, files: Files, kills: int, seed: int) -> None:
    (folder / "undisturbed").mkdir()
    expected = undisturbed_run(workers, fresh_settings, folder / "undisturbed", files)
    (folder / "nemesis").mkdir()
    with fresh_settings(folder / "nemesis") as settings:
        nemesis = Nemesis(World(settings, workers, expected), files, seed)
        print(f"seed {seed}", flush=True)
        nemesis.rage(kills)
        print(f"seed {seed}: {dict(nemesis.done)}, {len(files)} files", flush=True)
        assert "Fatal" not in log_of(settings)
        nemesis.world.assert_nothing_happened()


def test_random_kills_leave_the_same_tables(workers: Workers, fresh_settings: Fresh, tmp_path: Path) -> None:
    run(workers, fresh_settings, tmp_path, stream(4), 8, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("seed", [int(seed) for seed in SEEDS])
def test_a_hundred_random_kills_leave_the_same_tables(
    workers: Workers, fresh_settings: Fresh, tmp_path: Path, real_files: Files, seed: int
) -> None:
    """Three seeds make three hundred kills. Workbooks of every department and reports that come again and again."""
    files = {**stream(30), **{place: real_files[place] for place in list(real_files)[seed % 3 :: 3]}}
    run(workers, fresh_settings, tmp_path, files, 100, seed)
