"""Starts, watches and stops the stack. One supervisor owns all components; when it or one of them ends, all end."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xanh.database import postgres, warehouse
from xanh.processes import start_time
from xanh.settings import ROOT, Settings
from xanh.stack import airflow_environment as airflow
from xanh.stack.component import Component, end_group

COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "dag-processor": ("dag-processor",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "api-server": ("api-server",),
}
START_SECONDS = 300
WATCH_SECONDS = 0.5


class StackError(RuntimeError):
    """The stack cannot be started or is not healthy; the text says which part and where its log is."""


def up(settings: Settings) -> int:
    """Starts the stack in the background and waits until it is healthy."""
    start(settings, lambda line: print(line, flush=True))  # noqa: T201
    access = airflow.read_access(settings)
    print(  # noqa: T201
        f"Airflow    {access.url}  user {airflow.ADMIN}, password {access.password}\n"
        f"Drop       {settings.drop}\nWarehouse  `.venv/bin/xanh url --role reader` prints its address"
    )
    return 0


def down(settings: Settings) -> int:
    """Stops the stack; also what a killed supervisor left behind."""
    print("The stack is stopped." if stop(settings) else "The stack was not running.")  # noqa: T201
    return 0


def status(settings: Settings) -> int:
    """Prints what runs and whether it is healthy; 1 when something is down."""
    parts = health(settings)
    for name, state in parts.items():
        print(f"{name:<15}{state}")  # noqa: T201
    return 0 if all(state == "healthy" for state in parts.values()) else 1


def start(settings: Settings, tell: Callable[[str], None]) -> None:
    """Starts the supervisor in a session of its own and waits for health. Raises StackError; then nothing is left running."""
    if _supervisor(settings):
        raise StackError("The stack is running already; `make status` shows it.")
    stop(settings)
    settings.log.mkdir(parents=True, exist_ok=True)
    with (settings.log / "stack.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "xanh.stack", "supervise"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT, start_new_session=True,
            env=os.environ | dict(settings.environment) | {"XANH_HOME": str(settings.home)},
        )  # fmt: skip
    try:
        _wait_for_health(settings, process, tell)
    except BaseException:
        stop(settings, process)
        raise


def stop(settings: Settings, process: subprocess.Popen[bytes] | None = None) -> bool:
    """Ends the supervisor, every component and the embedded PostgreSQL; False when nothing ran."""
    state = _read_state(settings)
    supervisor = _supervisor(settings) or (process.pid if process and process.poll() is None else None)
    if supervisor:
        os.kill(supervisor, signal.SIGTERM)
        until = time.monotonic() + 60
        while time.monotonic() < until and _is_running(supervisor, process):
            time.sleep(0.1)
    left = end_group(state.get("group"), state.get("group_started"), seconds=10)
    if process and process.poll() is None:
        process.kill()
        process.wait()
    stopped = postgres.stop(settings)
    _state_path(settings).unlink(missing_ok=True)
    return bool(supervisor or left or stopped)


@contextmanager
def running(settings: Settings, tell: Callable[[str], None]) -> Iterator[None]:
    """The stack for the length of a block; stopped in every case."""
    start(settings, tell)
    try:
        yield
    finally:
        stop(settings)


def health(settings: Settings) -> dict[str, str]:
    """Each part and its state: `healthy`, or what is wrong."""
    parts = {"supervisor": "healthy" if _supervisor(settings) else "down"}
    parts["postgres"] = "healthy" if postgres.is_running(settings) else "down"
    answer = _monitor(settings)
    parts["api-server"] = "healthy" if answer else "down"
    for name, key in (("scheduler", "scheduler"), ("dag-processor", "dag_processor")):
        parts[name] = str((answer or {}).get(key, {}).get("status") or "down")
    return parts


def supervise(settings: Settings) -> int:
    """The supervisor: prepares, starts and watches until a signal comes or a component ends."""
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = (settings.home / "stack.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StackError("Another supervisor runs on this home.") from error
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    components: list[Component] = []
    try:
        _write_state(settings, components)
        _prepare(settings)
        components = _start_components(settings, stopping)
        return _watch(settings, components, stopping)
    finally:
        for component in reversed(components):
            component.ask_to_end()
        for component in components:
            component.end()
        postgres.stop(settings)


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


def _start_components(settings: Settings, stopping: list[int]) -> list[Component]:
    environment = airflow.environment(settings)
    components: list[Component] = []
    for name, arguments in COMPONENTS.items():
        if stopping:
            break
        command = [sys.executable, "-m", "airflow", *arguments]
        components.append(Component.start(name, command, environment, settings.log / f"{name}.log", settings.home))
        _write_state(settings, components)
    return components


def _watch(settings: Settings, components: list[Component], stopping: list[int]) -> int:
    while not stopping:
        if not postgres.is_running(settings):
            print("PostgreSQL ended; stopping everything", flush=True)  # noqa: T201
            return 1
        for component in components:
            if (code := component.ended()) is not None:
                print(f"{component.name} ended with {code}; stopping everything", flush=True)  # noqa: T201
                return 1
        time.sleep(WATCH_SECONDS)
    return 0


def _wait_for_health(settings: Settings, process: subprocess.Popen[bytes], tell: Callable[[str], None]) -> None:
    until, told = time.monotonic() + START_SECONDS, ""
    while time.monotonic() < until:
        if process.poll() is not None:
            raise StackError(f"The stack ended while it started; see {settings.log / 'stack.log'}{_tail(settings)}")
        parts = health(settings)
        waiting = ", ".join(name for name, state in parts.items() if state != "healthy")
        if not waiting:
            return
        if waiting != told:
            tell(f"Starting: waiting for {waiting}")
            told = waiting
        time.sleep(0.5)
    raise StackError(f"The stack is not healthy after {START_SECONDS} seconds: {told}; see {settings.log}")


def _tail(settings: Settings) -> str:
    lines = (settings.log / "stack.log").read_text(errors="replace").splitlines()
    return ":\n" + "\n".join(lines[-8:]) if lines else ""


def _monitor(settings: Settings) -> dict[str, Any] | None:
    if not (settings.home / "airflow" / "access.json").exists():
        return None
    url = f"{airflow.read_access(settings).url}/api/v2/monitor/health"
    try:
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310  (our own loopback address)
            answer: dict[str, Any] = json.load(response)
    except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError):
        return None
    return answer


def _supervisor(settings: Settings) -> int | None:
    """The process id of the living supervisor of this home."""
    state = _read_state(settings)
    pid = state.get("supervisor")
    return pid if pid and start_time(pid) == state.get("supervisor_started") else None


def _is_running(pid: int, process: subprocess.Popen[bytes] | None) -> bool:
    if process is not None and process.pid == pid:
        return process.poll() is None
    return start_time(pid) is not None


def _state_path(settings: Settings) -> Path:
    return settings.home / "stack.json"


def _read_state(settings: Settings) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads(_state_path(settings).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return state


def _write_state(settings: Settings, components: list[Component]) -> None:
    state = {
        "supervisor": os.getpid(),
        "supervisor_started": start_time(os.getpid()),
        "group": os.getpgrp(),
        "group_started": start_time(os.getpid()),
        "components": {component.name: component.pid for component in components},
    }
    fresh = _state_path(settings).with_suffix(".new")
    fresh.write_text(json.dumps(state))
    fresh.rename(_state_path(settings))
