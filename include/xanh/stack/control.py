"""Starts, asks and stops the stack from outside; `supervisor` is what runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from xanh.database import postgres
from xanh.processes import start_time
from xanh.settings import ROOT, Settings
from xanh.stack import airflow_environment as airflow
from xanh.stack.component import end_group
from xanh.stack.supervisor import StackError, Supervisor, read_state, state_path

START_SECONDS = 600


def up(settings: Settings) -> int:
    """Starts the stack in the background and waits until it is healthy."""
    start(settings, lambda line: print(line, flush=True))  # noqa: T201
    access = airflow.read_access(settings)
    print(  # noqa: T201
        f"Airflow    {access.url}\n"
        + "".join(f"           user {name:<8} password {password}\n" for name, password in access.passwords.items())
        + f"Drop       {settings.drop}\nWarehouse  `.venv/bin/xanh url --role reader` prints its address"
    )
    return 0


def down(settings: Settings) -> int:
    """Stops the stack; also what a killed supervisor left behind."""
    print("The stack is stopped." if stop(settings) else "The stack was not running.")  # noqa: T201
    return 0


def status(settings: Settings) -> int:
    """Prints what runs and whether it is healthy; 1 when something is down."""
    parts = health(settings)
    restarts = read_state(settings).get("restarts", {}) if parts["supervisor"] == "healthy" else {}
    for name, state in parts.items():
        count = restarts.get(name, 0)
        times = "once" if count == 1 else f"{count} times"
        again = f" (started again {times}, see {settings.log / 'stack.log'})" if count else ""
        print(f"{name:<15}{state}{again}")  # noqa: T201
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
    state = read_state(settings)
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
    state_path(settings).unlink(missing_ok=True)
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
    alive = _supervisor(settings) is not None
    parts = {"supervisor": "healthy" if alive else "down"}
    parts["postgres"] = "healthy" if postgres.is_running(settings) else "down"
    answer = _monitor(settings)
    processes = read_state(settings).get("components", {}) if alive else {}
    for name, key in (("api-server", None), ("scheduler", "scheduler"), ("dag-processor", "dag_processor")):
        if name not in processes or start_time(processes[name]) is None:
            parts[name] = "down"
        elif key is None:
            parts[name] = "healthy" if answer else "runs, but does not answer"
        elif answer is None:
            parts[name] = "runs, but the api-server that knows about it does not answer"
        else:
            parts[name] = str(answer.get(key, {}).get("status") or "not yet healthy")
    return parts


def supervise(settings: Settings) -> int:
    """The supervisor itself, in this process."""
    return Supervisor(settings).run()


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
    state = read_state(settings)
    pid = state.get("supervisor")
    return pid if pid and start_time(pid) == state.get("supervisor_started") else None


def _is_running(pid: int, process: subprocess.Popen[bytes] | None) -> bool:
    if process is not None and process.pid == pid:
        return process.poll() is None
    return start_time(pid) is not None
