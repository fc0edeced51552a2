"""The supervisor: one process owns PostgreSQL and Airflow's components, starts again what ended, and ends with all of them."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xanh.database import postgres, warehouse
from xanh.processes import start_time
from xanh.settings import Settings
from xanh.stack import airflow_environment as airflow
from xanh.stack.closing import set_closing
from xanh.stack.component import Component, end_strays

COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "dag-processor": ("dag-processor",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "api-server": ("api-server",),
}
WATCH_SECONDS = 0.5
MOST_RESTARTS, RESTART_WINDOW_SECONDS = 5, 600.0
"""What ends more often than this is broken, and starting it once more would hide that."""


class StackError(RuntimeError):
    """The stack cannot be started or is not healthy; the text says which part and where its log is."""


class Supervisor:
    """Starts the stack of one home, watches it until a signal comes, and ends it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._components: dict[str, Component] = {}
        self._ended: dict[str, deque[float]] = {}
        self._restarts: Counter[str] = Counter()
        self._stopping: list[int] = []
        self._database = ""

    def run(self) -> int:
        """Returns the exit code: 0 after a signal, 1 when something does not stay up. Raises StackError beside another one."""
        self._settings.home.mkdir(parents=True, exist_ok=True)
        with (self._settings.home / "stack.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StackError("Another supervisor runs on this home.") from error
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, lambda received, _frame: self._stopping.append(received))
            try:
                self._write_state()
                _prepare(self._settings)
                self._start_components()
                return self._watch()
            finally:
                self._end_components()
                postgres.stop(self._settings)

    def _watch(self) -> int:
        while not self._stopping:
            name = self._what_ended()
            if name is None:
                time.sleep(WATCH_SECONDS)
            elif self.may_restart(name):
                self._restart(name)
            else:
                _tell(f"{name} ended {MOST_RESTARTS + 1} times in {RESTART_WINDOW_SECONDS:.0f} s; stopping everything")
                return 1
        return 0

    def _what_ended(self) -> str | None:
        if not postgres.is_running(self._settings):
            return "postgres"
        return next((name for name, component in self._components.items() if component.ended() is not None), None)

    def may_restart(self, name: str) -> bool:
        """Whether what has ended now may be started again: not after MOST_RESTARTS within the window."""
        moments = self._ended.setdefault(name, deque(maxlen=MOST_RESTARTS + 1))
        moments.append(time.monotonic())
        return len(moments) <= MOST_RESTARTS or moments[-1] - moments[0] > RESTART_WINDOW_SECONDS

    def _restart(self, name: str) -> None:
        self._restarts[name] += 1
        if name == "postgres":
            _tell("postgres ended; starting it again")
            if postgres.ensure_running(self._settings).url("airflow") != self._database:
                _tell("its port was taken meanwhile; starting the components again with the new one")
                self._end_components()
                self._start_components()
        else:
            _tell(f"{name} ended with {self._components[name].ended()}; starting it again")
            end_strays(os.getpgrp(), [component.pid for component in self._components.values()])
            self._start_component(name)
        self._write_state()

    def _start_components(self) -> None:
        set_closing(self._settings, False)
        self._database = postgres.ensure_running(self._settings).url("airflow")
        for name in COMPONENTS:
            if self._stopping:
                break
            self._start_component(name)
            self._write_state()

    def _start_component(self, name: str) -> None:
        command = [sys.executable, "-m", "airflow", *COMPONENTS[name]]
        log = self._settings.log / f"{name}.log"
        environment = airflow.environment(self._settings) | ({"XANH_WARM": "1"} if name == "scheduler" else {})
        self._components[name] = Component.start(name, command, environment, log, self._settings.home)

    def _end_components(self) -> None:
        """The scheduler first: its tasks tell the api-server how they ended."""
        set_closing(self._settings, True)
        first = [component for name, component in self._components.items() if name == "scheduler"]
        rest = [component for name, component in self._components.items() if name != "scheduler"]
        for components in (first, rest):
            for component in components:
                component.ask_to_end()
            for component in components:
                component.end()

    def _write_state(self) -> None:
        state = {
            "supervisor": os.getpid(),
            "supervisor_started": start_time(os.getpid()),
            "group": os.getpgrp(),
            "group_started": start_time(os.getpid()),
            "components": {name: component.pid for name, component in self._components.items()},
            "restarts": dict(self._restarts),
        }
        path = state_path(self._settings)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(state))
        fresh.rename(path)


def state_path(settings: Settings) -> Path:
    """What the supervisor wrote last about itself."""
    return settings.home / "stack.json"


def read_state(settings: Settings) -> dict[str, Any]:
    """The same, empty where there is none."""
    try:
        state: dict[str, Any] = json.loads(state_path(settings).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return state


def _prepare(settings: Settings) -> None:
    for folder in (settings.drop, settings.archive, settings.publish, settings.log / "airflow"):
        folder.mkdir(parents=True, exist_ok=True)
    postgres.ensure_running(settings)
    warehouse.migrate(settings)
    airflow.take_port(settings)
    airflow.write_passwords(settings)
    with (settings.log / "db-migrate.log").open("ab") as log:
        subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            env=airflow.environment(settings), cwd=settings.home, stdout=log, stderr=log, check=True,
        )  # fmt: skip


def _tell(line: str) -> None:
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    print(f"{stamp} {line}", flush=True)  # noqa: T201  (its standard output is stack.log)
