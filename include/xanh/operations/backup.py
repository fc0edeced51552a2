"""Warehouse and archive together in one file, and back."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import tarfile
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg.conninfo import conninfo_to_dict

from xanh.database import postgres
from xanh.database.warehouse import SQL_FOLDER, connect, migrate, sql
from xanh.loading.stamp import code_version

if TYPE_CHECKING:
    from xanh.settings import Settings

MANIFEST, DUMP = "manifest.json", "warehouse.dump"
SCHEMAS = ("mart", "core", "intake", "ops")
_STORED = re.compile(r"archive/(?:[0-9a-f]{2}/(?P<sha256>[0-9a-f]{64})|ledger/\d+\.json)", re.ASCII)


class BackupError(RuntimeError):
    """The backup cannot be written or restored; the text says why."""


def backup(settings: Settings, target: Path) -> int:
    """Writes the warehouse as of one moment, and the archive with at least everything it names; bytes written.

    The file appears under its name only when it is whole. Ingestion may go on meanwhile.
    """
    migrate(settings)
    counts = count(settings)
    fresh = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder, tarfile.open(fresh, "w") as bundle:
            dump = Path(folder) / DUMP
            _client(settings, "pg_dump", "--format=custom", f"--file={dump}", *(f"--schema={name}" for name in SCHEMAS))
            manifest = Path(folder) / MANIFEST
            manifest.write_text(json.dumps(_manifest(counts)), encoding="utf-8")
            bundle.add(manifest, MANIFEST)
            bundle.add(dump, DUMP)
            for path in _archived(settings.archive):
                bundle.add(path, f"archive/{path.relative_to(settings.archive).as_posix()}")
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return target.stat().st_size


def restore(settings: Settings, source: Path, *, is_replacing: bool = False) -> None:
    """Puts warehouse and archive back as they were. Archived files that are there already stay.

    Raises BackupError for a file that is no whole backup, and for a warehouse that holds submissions unless replacing.
    """
    migrate(settings)
    if not is_replacing and _is_filled(settings):
        raise BackupError("The warehouse holds submissions already; --replace overwrites it.")
    try:
        with tempfile.TemporaryDirectory() as folder, tarfile.open(source, "r:") as bundle:
            names = bundle.getnames()
            if names[:2] != [MANIFEST, DUMP]:
                raise BackupError(f"{source} is no backup of Xanh.")
            dump = Path(folder) / DUMP
            _copy(bundle, bundle.getmember(DUMP), dump)
            for member in bundle:
                if member.name not in (MANIFEST, DUMP):
                    _put_back(settings, bundle, member)
            _restore_dump(settings, dump)
    except tarfile.TarError as error:
        raise BackupError(f"{source} is no whole backup: {error}.") from error
    migrate(settings)


def count(settings: Settings) -> dict[str, int]:
    """The rows of the views that a restore must give back."""
    with connect(settings) as connection:
        return {str(name): int(rows) for name, rows in connection.execute(sql("monitor/counts")).fetchall()}


def counted(source: Path) -> dict[str, int]:
    """The rows that were there just before the backup was written; there may be more in it."""
    with tarfile.open(source, "r:") as bundle:
        manifest = bundle.extractfile(MANIFEST)
        found: dict[str, int] = json.load(manifest).get("counts", {}) if manifest else {}
        return found


def _manifest(counts: dict[str, int]) -> dict[str, Any]:
    made = {"made_at": datetime.now(UTC).isoformat(), "code_version": code_version()}
    return {**made, "schemas": SCHEMAS, "counts": counts}


def _archived(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and _STORED.fullmatch(f"archive/{path.relative_to(folder).as_posix()}"):
            yield path


def _is_filled(settings: Settings) -> bool:
    with connect(settings) as connection:
        row = connection.execute("select exists (select from intake.submission)").fetchone()
    return bool(row and row[0])


def _put_back(settings: Settings, bundle: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    match = _STORED.fullmatch(member.name)
    if match is None or not member.isreg():
        raise BackupError(f"The backup holds {member.name!r}, which is no part of an archive.")
    place = settings.archive / member.name.removeprefix("archive/")
    if place.exists() and match["sha256"]:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}.{uuid.uuid4().hex}")
    digest = _copy(bundle, member, fresh)
    if match["sha256"] and digest != match["sha256"]:
        fresh.unlink()
        raise BackupError(f"The file {match['sha256']} in the backup is damaged.")
    fresh.replace(place)


def _copy(bundle: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    digest = hashlib.sha256()
    source = bundle.extractfile(member)
    if source is None:
        raise BackupError(f"The backup holds {member.name!r}, which is no file.")
    with source, target.open("wb") as file:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _restore_dump(settings: Settings, dump: Path) -> None:
    """One transaction: the schemas as they are go, those of the dump come."""
    script = dump.with_suffix(".sql")
    _run("pg_restore", ["--no-owner", f"--file={script}", str(dump)], {})
    drop = (SQL_FOLDER / "catalog" / "drop_schemas.sql").read_text(encoding="utf-8")
    whole = dump.with_suffix(".whole.sql")
    whole.write_text(drop + script.read_text(encoding="utf-8"), encoding="utf-8")
    _client(settings, "psql", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={whole}")


def _client(settings: Settings, program: str, *arguments: str) -> None:
    """Runs a program of the wheel as the owner; the password goes through the environment, not the command line."""
    parts = conninfo_to_dict(postgres.ensure_running(settings).url("owner"))
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    _run(program, list(arguments), {names[key]: str(value) for key, value in parts.items() if key in names})


def _run(program: str, arguments: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        [str(postgres.binary(program)), *arguments],
        env={**{key: value for key, value in os.environ.items() if not key.startswith("PG")}, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-600:]}")
