"""A process that has imported everything and forks a worker for each request: real processes without seconds of imports.

Run as a script it answers one JSON request a line; `Workers` is its other end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
QUICK = dict.fromkeys(
    ("QUIET_SECONDS", "QUIET_TEXT_SECONDS", "INCOMPLETE_SECONDS", "RECOVER_SECONDS", "POLL_SECONDS"), "1e-6"
)

FEW = ("ban-quan-ly-khu-kinh-te", "dien-luc", "so-cong-thuong")
"""The folder that holds the files and its neighbours: those that are empty or absent are all looked at in the same way."""


class Workers:
    """Starts, and waits for, worker processes. Close it at the end.

    With a folder `remembered`, what the parser and Great Expectations answered once is not asked again: neither writes
    anything or knows the database, so that no fault can come while they work, but they take most of a worker's time.
    """

    def __init__(self, remembered: Path | None = None) -> None:
        self._remembered = remembered
        kept = {key: value for key, value in os.environ.items() if not key.startswith("XANH_")}
        self._server = subprocess.Popen(
            [sys.executable, __file__],
            env={**kept, "PYTHONPATH": str(ROOT / "include")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(
        self,
        settings: Any,
        job: str = "ingest",
        *,
        fault: str | None = None,
        operation: tuple[str, int, str] | None = None,
        lease_seconds: float | None = None,
        ids: list[int] | None = None,
        is_trial_real: bool = False,
        **environment: str,
    ) -> int:
        """The process id of a new worker. What it prints goes to `workers.log` beside the drop folder."""
        from xanh.database import postgres

        limits = {f"XANH_LIMIT_{name}": value for name, value in QUICK.items()}
        planned = {"XANH_FAULT": fault} if fault else {}
        request = {
            "environment": {**settings.environment, **limits, **planned, **environment},
            "job": job,
            "operation": operation,
            "admin": postgres.ensure_running(settings).url("admin") if operation else "",
            "folder": str(settings.drop.parent),
            "lease_seconds": lease_seconds,
            "ids": ids or [],
            "is_trial_real": is_trial_real,
            "remembered": str(self._remembered or ""),
        }
        return int(self._ask({"start": request}))

    def wait(self, pid: int) -> int:
        """The exit status; negative for a signal."""
        return int(self._ask({"wait": pid}))

    def poll(self, pid: int) -> int | None:
        """The exit status, None while it runs."""
        status = self._ask({"poll": pid})
        return None if status is None else int(status)

    def run(self, settings: Any, job: str = "ingest", **options: Any) -> int:
        """The exit status of one worker: 0, 3 for an error, or negative for a signal."""
        return self.wait(self.start(settings, job, **options))

    def close(self) -> None:
        """Ends the server; workers that still run go on."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(60)

    def _ask(self, request: Mapping[str, Any]) -> Any:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        return json.loads(self._server.stdout.readline())


def did_fire(settings: Any) -> bool:
    """Whether the operation that was planned has come since the last look."""
    marker: Path = settings.drop.parent / "fired"
    fired = marker.exists()
    marker.unlink(missing_ok=True)
    return fired


def log_of(settings: Any) -> str:
    """What the workers of a test printed."""
    path: Path = settings.drop.parent / "workers.log"
    return path.read_text(errors="replace") if path.exists() else ""


def _fork(request: Mapping[str, Any], jobs: Mapping[str, Callable[..., object]]) -> int:
    process = os.fork()
    if process:
        return process
    output = os.open(Path(request["folder"]) / "workers.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        _work(request, jobs)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(3)
    os._exit(0)


def _work(request: Mapping[str, Any], jobs: Mapping[str, Callable[..., object]]) -> None:
    from fault_operations import install
    from fault_stand_ins import ForkedShare, forked_trial, remember

    from xanh.arrival import share
    from xanh.loading import claims, trial
    from xanh.settings import Settings

    os.environ.update(request["environment"])
    settings = Settings.from_environment(os.environ)
    if not request["is_trial_real"]:
        trial.subprocess.run = forked_trial  # type: ignore[attr-defined,assignment]
    if request["lease_seconds"]:
        claims.LEASE = timedelta(seconds=request["lease_seconds"])
    if request["remembered"]:
        remember(Path(request["remembered"]), is_kept=not request["operation"])
    if request["operation"]:
        kind, number, action = request["operation"]
        share.subprocess = SimpleNamespace(  # type: ignore[attr-defined,assignment]
            Popen=ForkedShare, PIPE=subprocess.PIPE, TimeoutExpired=subprocess.TimeoutExpired
        )
        install(kind, number, action, Path(request["folder"]) / "fired", request["admin"])
    jobs[request["job"]](settings, request["ids"])


def _serve() -> None:
    import xanh.arrival.share_child
    import xanh.parsing.parse
    import xanh.reading.harmonise
    import xanh.validation.validate  # noqa: F401
    from xanh.arrival.receive import receive
    from xanh.catalog import load_catalog
    from xanh.database.warehouse import connect
    from xanh.feedback import writing
    from xanh.indicators.compute import compute
    from xanh.loading import claims, ingest, lanes
    from xanh.loading.process import process
    from xanh.loading.stamp import stamp
    from xanh.loading.warm import warm
    from xanh.parsing import parse
    from xanh.settings import Settings
    from xanh.validation import engine

    plain = Settings.from_environment({})
    catalog = load_catalog(plain.catalog)
    for prepare in (warm, engine._context, writing._template, lambda: stamp(plain, catalog)):
        prepare()  # and remembered: a worker that is forked from here need not

    def take(settings: Settings, _: list[int]) -> None:
        with connect(settings) as connection:
            receive(settings, load_catalog(settings.catalog), connection)

    def take_from_few(settings: Settings, _: list[int]) -> None:
        catalog = load_catalog(settings.catalog)
        few = {code: each for code, each in catalog.departments.items() if each.folder in FEW}
        with connect(settings) as connection:
            receive(settings, replace(catalog, departments=few), connection)

    def work(settings: Settings, _: list[int]) -> None:
        with connect(settings) as connection:
            while shared := lanes.waiting(connection, 1):
                process(settings, shared[0][: claims.MOST])

    def look(settings: Settings) -> list[list[int]]:
        with connect(settings, autocommit=True) as connection:
            return lanes.wait(settings, load_catalog(settings.catalog), connection, 0.0)

    def lane(settings: Settings, _: list[int]) -> None:
        """A task of a run: one of its lanes, then the others'. Few files are many batches, and two children read."""
        lanes.FILES_A_LANE, claims.MOST, parse._LARGE, parse._PAYS_FROM = 2, 4, 0, 0
        if shared := look(settings):
            for _ in lanes.work(settings, shared[os.getpid() % len(shared)], shared):
                pass

    def beside(settings: Settings, _: list[int]) -> None:
        """The command on two processors; few files are many."""
        lanes.FILES_A_LANE, claims.MOST = 2, 4
        os.sched_getaffinity = lambda _: {0, 1}  # type: ignore[assignment]
        ingest.run(settings)

    def help_out(settings: Settings, ids: list[int]) -> None:
        for _ in lanes.work(settings, [], [ids]):
            pass

    def calculate(settings: Settings, _: list[int]) -> None:
        with connect(settings) as connection:
            compute(connection, load_catalog(settings.catalog), settings)

    def calculate_abreast(settings: Settings, ids: list[int]) -> None:
        """Each year by itself, also an empty one, on two processors."""
        os.sched_getaffinity = lambda _: {0, 1}  # type: ignore[assignment]
        calculate(replace(settings, limits=replace(settings.limits, compute_bytes=-1)), ids)

    def everything(settings: Settings, ids: list[int]) -> None:
        ingest.run(settings)
        calculate(settings, ids)

    jobs = {
        "ingest": lambda settings, _: ingest.run(settings),
        "beside": beside,
        "everything": everything,
        "look": lambda settings, _: look(settings),
        "lane": lane,
        "help": help_out,
        "process": process,
        "receive": take,
        "receive_few": take_from_few,
        "work": work,
        "compute": calculate,
        "abreast": calculate_abreast,
    }
    ended: dict[int, int] = {}
    for line in sys.stdin:
        request = json.loads(line)
        if "start" in request:
            answer: int | None = _fork(request["start"], jobs)
        else:
            pid = request.get("wait", request.get("poll"))
            if pid not in ended:
                found, status = os.waitpid(pid, 0 if "wait" in request else os.WNOHANG)
                if found:
                    ended[pid] = os.waitstatus_to_exitcode(status)
            answer = ended.get(pid)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve()
