"""The whole stack as `make up` starts it: from the drop folder to the feedback through the real scheduler."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench import many
from bench.measure import Figure, Piece, Run, Series, at_most, python, rounds
from bench.stand import Dropped, environment, refill, set_aside, stand
from xanh.database import postgres
from xanh.loading.lanes import LOOK_SECONDS
from xanh.settings import ROOT, Settings
from xanh.stack import airflow_environment, control

FILES = 200
MINUTE = 60.0
IDLE_SECONDS = 15.0
PATIENCE_SECONDS = 900.0
UNFINISHED = "select 1 from intake.submission where state <> 'done' limit 1"
BUSY = "select 1 from dag_run where state in ('queued', 'running') and dag_id <> 'ingest' limit 1"
PARSED = "import runpy, sys; [runpy.run_path(path) for path in sys.argv[1:]]"


def measure(run: Run) -> list[Figure]:
    """DAG files against a bare import; one file and many through the scheduler against empty tasks and `xanh ingest`."""
    files = many.write(run.folder / "made", 2 * run.rounds + (FILES // 10 if run.quick else FILES), is_newest=True)
    return [*_parsing(run), *_flow(run, files)]


def _parsing(run: Run) -> list[Figure]:
    words = os.environ | {"AIRFLOW_HOME": str(run.folder / "parse"), "PYTHONPATH": str(ROOT / "include")}
    dags = sorted(map(str, (ROOT / "dags").glob("*.py")))
    found = rounds(
        [
            Piece("sdk", python(["-c", "import airflow.sdk"], words)),
            Piece("dags", python(["-c", PARSED, *dags], words)),
        ],
        run.rounds,
    )
    bare = found["sdk"]
    return [
        Figure("import airflow.sdk", bare, "s"),
        Figure(f"all {len(dags)} DAG files parsed", found["dags"], "s", "import airflow.sdk", bare, at_most(1.5)),
    ]


def _flow(run: Run, files: list[Dropped]) -> list[Figure]:
    single, most = iter(files[: 2 * run.rounds]), files[2 * run.rounds :]
    with stack(run.folder) as settings, stand() as alone:
        client = _Client(settings)

        def ready() -> None:
            settled(settings)
            refill(alone, most)

        one = rounds(
            [
                Piece("empty", lambda: client.run("empty"), before=lambda: _idle(settings)),
                Piece("one", lambda: answered(settings, [next(single)]), before=lambda: _idle(settings)),
            ],
            run.rounds,
        )
        whole = rounds(
            [
                Piece("ingest", python(["-m", "xanh", "ingest"], environment(alone)), before=ready),
                Piece("stack", lambda: answered(settings, most), before=lambda: emptied(settings)),
            ],
            min(run.rounds, 3),
            warm=False,
        )
    beyond = Series(tuple(max(seconds - MINUTE, 0.0) for seconds in whole["stack"].values))
    count = len(most)
    return [
        Figure("a run of three empty tasks", one["empty"], "s"),
        Figure("one file, from the drop to its feedback", one["one"], "s", "empty tasks", one["empty"], at_most(3)),
        Figure(f"{count} files: xanh ingest", whole["ingest"], "s"),
        Figure(f"{count} files through the scheduler", whole["stack"], "s", "xanh ingest", whole["ingest"]),
        Figure("the same, less a minute", beyond, "s", "xanh ingest", whole["ingest"], at_most(1.5)),
    ]


@contextmanager
def stack(folder: Path) -> Iterator[Settings]:
    """The stack with the project's DAGs and the empty one."""
    dags = folder / "dags"
    dags.mkdir()
    for path in (*(ROOT / "dags").glob("*.py"), *(ROOT / "bench" / "dags").glob("*.py")):
        (dags / path.name).symlink_to(path)
    settings = Settings.from_environment({"XANH_HOME": str(folder / "home"), "XANH_DAGS": str(dags)})
    with control.running(settings, lambda line: None):
        yield settings


class _Client:
    """Airflow's API as the administrator."""

    def __init__(self, settings: Settings) -> None:
        access = airflow_environment.read_access(settings)
        self._url = access.url
        self._headers = {"content-type": "application/json"}
        login = {"username": airflow_environment.ADMIN, "password": access.password}
        self._headers["authorization"] = f"Bearer {self._call('/auth/token', login)['access_token']}"
        wait_until(lambda: "empty" in {dag["dag_id"] for dag in self._call("/api/v2/dags")["dags"]}, "the empty DAG")

    def run(self, dag: str) -> None:
        """Triggers a run and waits for its end."""
        path = f"/api/v2/dags/{dag}/dagRuns"
        name = self._call(path, {"logical_date": datetime.now(UTC).isoformat()})["dag_run_id"]
        wait_until(lambda: self._call(f"{path}/{urllib.parse.quote(name)}")["state"] == "success", f"a run of {dag}")

    def _call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data=data, headers=self._headers)  # noqa: S310  (loopback)
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return json.load(response)


def settled(settings: Settings) -> None:
    """Until every file has its end and no DAG runs but the watch: what a round leaves to be done is no part of the next."""
    time.sleep(IDLE_SECONDS)
    server = postgres.ensure_running(settings)
    for database, question in (("owner", UNFINISHED), ("airflow", BUSY)):
        with psycopg.connect(server.url(database), autocommit=True) as connection:
            wait_until(lambda c=connection, q=question: c.execute(q).fetchone() is None, "the end of the round before")


def _idle(settings: Settings) -> None:
    """Until nothing is left of the round before, and the watch is anywhere between two looks."""
    settled(settings)
    time.sleep(random.uniform(0.0, LOOK_SECONDS))


def answered(settings: Settings, files: Sequence[Dropped]) -> None:
    """Drops the files and waits for as many more pages of feedback."""
    folders = {settings.drop / department / "_phan-hoi" for _, department in files}
    wanted = _pages(folders) + len(files)
    drop(settings, files)
    wait_until(lambda: _pages(folders) >= wanted, f"the feedback of {len(files)} files")


def drop(settings: Settings, files: Sequence[Dropped]) -> None:
    """Lays the files into their department's folders, each under its name when it is whole."""
    for path, department in files:
        target = settings.drop / department / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target.with_name(f"{path.name}.part"))
        target.with_name(f"{path.name}.part").rename(target)


def _pages(folders: Iterable[Path]) -> int:
    return sum(1 for folder in folders for _ in folder.glob("*.phan-hoi.html"))


def emptied(settings: Settings) -> None:
    """No submission and no feedback of earlier rounds."""
    refill(settings, [])
    for folder in [*settings.drop.rglob("_phan-hoi")]:
        set_aside(settings, folder)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Looks five times a second: looking at many folders costs something too. Raises TimeoutError."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"waited {PATIENCE_SECONDS:.0f} s for {what}")
        time.sleep(0.2)
