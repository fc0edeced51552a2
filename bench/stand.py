"""A warehouse of its own for measuring: a fresh home, the embedded PostgreSQL, a drop folder to be filled again."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from xanh.database import postgres, warehouse
from xanh.limits import Limits
from xanh.settings import Settings

Connection = psycopg.Connection[Any]
Dropped = tuple[Path, str]
"""A file and the folder of the department that sends it."""


@contextmanager
def stand() -> Iterator[Settings]:
    """Settings of a throw-away home with a migrated warehouse; files count as left alone at once."""
    home = Path(tempfile.mkdtemp(prefix="xanh-bench-"))
    limits = replace(Limits(), quiet_seconds=0.0, quiet_text_seconds=0.0, poll_seconds=0.01)
    settings = replace(Settings.from_environment({"XANH_HOME": str(home)}), limits=limits)
    for folder in (settings.drop, settings.archive, settings.publish):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        postgres.ensure_running(settings)
        warehouse.migrate(settings)
        yield settings
    finally:
        postgres.stop(settings)
        shutil.rmtree(home, ignore_errors=True)


def environment(settings: Settings) -> dict[str, str]:
    """What a process of its own needs to work in the stand."""
    limits = {"QUIET_SECONDS": "0.001", "QUIET_TEXT_SECONDS": "0.001", "POLL_SECONDS": "0.01"}
    return (
        os.environ | {"XANH_HOME": str(settings.home)} | {f"XANH_LIMIT_{name}": text for name, text in limits.items()}
    )


def owner(settings: Settings) -> Connection:
    """A connection of the owner, for tables of the bench."""
    return psycopg.connect(postgres.ensure_running(settings).url("owner"))


def refill(settings: Settings, files: Sequence[Dropped]) -> None:
    """Empties the warehouse of submissions and lays the files into their department's folders."""
    with psycopg.connect(postgres.ensure_running(settings).url("owner"), autocommit=True) as connection:
        tables = connection.execute(
            "select string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables where schemaname = 'intake'"
        ).fetchone()
        assert tables is not None
        connection.execute(f"truncate {tables[0]}, core.observation, core.changed_cell cascade")
    set_aside(settings, settings.archive)
    settings.archive.mkdir()
    for path, department in files:
        target = settings.drop / department / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def set_aside(settings: Settings, folder: Path) -> None:
    """Out of the way without deleting anything: where thousands of files were deleted a moment ago, ext4 takes up to a
    millisecond longer for each new one (it gives away no inode that was freed in the last minute), and nobody's archive is."""
    folder.rename(settings.home / f"before-{uuid.uuid4().hex}")
