"""The warehouse: connections by role, and everything that has to stand there before a file can be loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, LiteralString

import psycopg
from psycopg.errors import InvalidFunctionDefinition, InvalidTableDefinition

from xanh.catalog import catalog_hash, load_catalog
from xanh.database.code_lists import sync_catalog

if TYPE_CHECKING:
    from xanh.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
WarehouseRole = Literal["owner", "loader", "reader"]

SQL_FOLDER = Path(__file__).resolve().parents[2] / "sql"
MIGRATE_LOCK = 0x58616E68
"""The advisory lock of migrations: "Xanh"."""

__all__ = ["SQL_FOLDER", "Connection", "SchemaUnknown", "WarehouseRole", "connect", "migrate", "sql", "sync_catalog"]


class SchemaUnknown(RuntimeError):
    """The warehouse was migrated by a program that is newer than this one."""


def connect(settings: Settings, role: WarehouseRole = "loader", *, autocommit: bool = False) -> Connection:
    """A connection with the rights of the role; starts the embedded server if it is the one configured."""
    from xanh.database import postgres

    server = postgres.ensure_running(settings)
    return psycopg.connect(
        server.url(role),
        autocommit=autocommit,
        application_name=f"xanh {role}",
        options="-c timezone=UTC -c datestyle=ISO",
    )


@lru_cache
def sql(name: str) -> LiteralString:
    """The text of include/sql/<name>.sql."""
    return (SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def migrate(settings: Settings) -> bool:
    """Brings the warehouse to what this program and catalogue need; True when something had to change.

    Safe to call by several processes at once and at every start: where nothing changed it only compares one hash.
    """
    wanted = _fingerprint(settings)
    with connect(settings, "owner", autocommit=True) as connection:
        if _applied(connection, "all") == wanted:
            return False
        with _locked(connection):
            if _applied(connection, "all") == wanted:
                return False
            _upgrade(connection)
            _apply_mart(connection)
            with connection.transaction():
                sync_catalog(connection, load_catalog(settings.catalog))
            _record(connection, "all", wanted)
    return True


def forget(settings: Settings) -> None:
    """Lets the next `migrate` put views, grants and code lists in place again, also where nothing has changed."""
    with connect(settings, "owner", autocommit=True) as connection:
        if _applied(connection, "all") is not None:
            connection.execute("delete from ops.applied where name in ('all', 'mart')")


def _fingerprint(settings: Settings) -> str:
    parts = [_hash(_scripts("migrations")), _hash(_scripts("mart")), catalog_hash(settings.catalog)]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _scripts(folder: str) -> list[Path]:
    return sorted((SQL_FOLDER / folder).glob("*.sql"))


def _hash(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@contextmanager
def _locked(connection: Connection) -> Iterator[None]:
    connection.execute("select pg_advisory_lock(%s)", [MIGRATE_LOCK])
    try:
        yield
    finally:
        connection.execute("select pg_advisory_unlock(%s)", [MIGRATE_LOCK])


def _applied(connection: Connection, name: str) -> str | None:
    """The hash that is in place; None before the first migration."""
    exists = connection.execute("select to_regclass('ops.applied')").fetchone()
    if exists is None or exists[0] is None:
        return None
    row = connection.execute("select hash from ops.applied where name = %s", [name]).fetchone()
    return row[0] if row else None


def _record(connection: Connection, name: str, value: str) -> None:
    connection.execute(sql("catalog/applied"), {"name": name, "hash": value})


def _upgrade(connection: Connection, revision: str = "head") -> None:
    """Runs the missing migrations up to the revision on a SQLAlchemy connection around this one."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    connection.execute("create schema if not exists ops")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    connection.autocommit = False
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool, pool_reset_on_return=None
    )
    try:
        with engine.connect() as wrapped:
            config.attributes.update(connection=wrapped, sql=SQL_FOLDER)
            command.upgrade(config, revision)
    except CommandError as error:
        raise SchemaUnknown(f"a newer program has migrated this warehouse; install that release ({error})") from error
    finally:
        connection.rollback()
        connection.autocommit = True


def _apply_mart(connection: Connection) -> None:
    """Puts the views of include/sql/mart in place; views whose columns changed in kind or order are created anew."""
    scripts = _scripts("mart")
    wanted = _hash(scripts)
    if _applied(connection, "mart") == wanted:
        return
    try:
        _run(connection, scripts)
    except (InvalidTableDefinition, InvalidFunctionDefinition):
        _run(connection, [SQL_FOLDER / "catalog" / "drop_mart.sql", *scripts])
    _record(connection, "mart", wanted)


def _run(connection: Connection, scripts: list[Path]) -> None:
    with connection.transaction():
        for script in scripts:
            connection.execute(script.read_bytes())
