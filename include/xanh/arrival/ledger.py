"""What arrival writes into and reads from the ledger: waiting files, files left alone, submissions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row, tuple_row

from xanh.arrival.archive import Incoming
from xanh.arrival.names import shown
from xanh.arrival.share import Entry, Identity, Probe
from xanh.database.warehouse import sql
from xanh.limits import Limits


@dataclass(frozen=True, slots=True)
class Sighting:
    """Since when a waiting file is known."""

    first_seen_at: datetime
    quiet_seconds: float
    """For so long it has been seen without a change, by the clock of the database."""
    known_seconds: float
    """For so long it has been known at all."""

    def missing_quiet(self, probe: Probe, limits: Limits) -> float:
        """For so many seconds more the file has to be left alone.

        Where the system says that nobody has it open, its own change time counts; elsewhere (network shares, whose
        clock may differ) only what was observed.
        """
        quiet = max(self.quiet_seconds, probe.age) if probe.is_closed else self.quiet_seconds
        if probe.state == "incomplete":
            needed = limits.incomplete_seconds if probe.is_closed else limits.incomplete_unknown_seconds
        else:
            needed = limits.quiet_seconds if probe.state == "complete" else limits.quiet_text_seconds
        return needed - quiet


@dataclass(frozen=True, slots=True)
class Copied:
    """A file whose bytes are with the archive, and that is in its folder still."""

    department: str
    entry: Entry
    copy: Incoming


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is in the archive and the ledger, and perhaps still in the folder."""

    department: str
    file_id: int
    path_bytes: bytes
    identity: Identity
    name: str
    path: str
    submission_id: int
    received_seq: int
    sha256: str
    size: int
    received_at: datetime
    verdict: str | None

    @property
    def card(self) -> dict[str, object]:
        """What lies beside the content in the archive, so that the archive alone can rebuild the ledger."""
        return {
            "submission_id": self.submission_id,
            "received_seq": self.received_seq,
            "department": self.department,
            "file_name": self.name,
            "relative_path": self.path,
            "sha256": self.sha256,
            "size": self.size,
            "received_at": self.received_at.isoformat(),
            "verdict": self.verdict,
        }


class IntakeLedger:
    """The ledger's side of arrival, on one connection. Every method is a transaction of its own."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    @contextmanager
    def department(self, code: str) -> Iterator[bool]:
        """Whether this process may work the department now; while inside, no other does."""
        key = f"xanh.receive:{code}"
        taken = self._one("select pg_try_advisory_lock(hashtextextended(%(key)s, 0))", key=key)
        try:
            yield bool(taken)
        finally:
            if taken and not self._connection.closed:
                self._one("select pg_advisory_unlock(hashtextextended(%(key)s, 0))", key=key)

    def see(self, department: str, entries: Sequence[Entry], listed: Sequence[Entry] | None) -> dict[bytes, Sighting]:
        """Enters what waits, and forgets what is gone.

        `listed`: all that lies in the folder, also what is left alone; None when the listing was not whole. Nobody waits for the
        disk: after a power cut a file is known since a later look, no more.
        """
        columns = _columns(entries)
        with self._transaction() if entries else self._statement() as cursor:
            rows = []
            if entries:
                cursor.execute("set local synchronous_commit = off")
                rows = cursor.execute(sql("receive/see"), {"department": department, **columns}).fetchall()
            if listed is not None:
                there = {"department": department, "waiting": columns["paths"], **_columns(listed)}
                cursor.execute(sql("receive/forget"), there)
        return {bytes(path): Sighting(first, quiet, known) for path, first, quiet, known in rows}

    def explain(self, department: str, reasons: dict[bytes, str]) -> None:
        """Says why files still wait."""
        if reasons:
            told = {"department": department, "paths": list(reasons), "reasons": list(reasons.values())}
            with self._statement() as cursor:
                cursor.execute(sql("receive/wait"), told)

    def leave(self, department: str | None, entries: Sequence[Entry], state: str, reasons: Sequence[str]) -> None:
        """Enters files that are left alone (`ignored`) or cannot be taken (`blocked`), each state of a file once."""
        if not entries:
            return
        names = [entry.name for entry in entries]
        parameters = {
            "department": department,
            "names": [shown(name) for name in names],
            "name_bytes": [os.fsencode(name) for name in names],
            "shown_paths": [shown(os.fsdecode(entry.path)) for entry in entries],
            "states": [state] * len(entries),
            "reasons": list(reasons),
            **_columns(entries),
        }
        with self._statement() as cursor:
            cursor.execute(sql("receive/leave"), parameters)

    def enter(self, copies: Sequence[Copied]) -> list[Taken]:
        """One transaction, in the order given: each submission (or a duplicate of one), the file, and the end of its waiting."""
        cursors = [self._connection.cursor(row_factory=dict_row) for _ in copies]
        with self._transaction(), self._connection.pipeline():
            for cursor, copied in zip(cursors, copies, strict=True):
                cursor.execute(sql("receive/enter"), _values(copied))
        return [
            _taken(copied.department, row)
            for cursor, copied in zip(cursors, copies, strict=True)
            for row in cursor.fetchall()
        ]

    def unremoved(self, department: str) -> list[Taken]:
        """What is entered but perhaps not yet removed, in order of arrival."""
        with self._statement() as cursor:
            cursor.row_factory = dict_row  # type: ignore[assignment]
            rows: list[dict[str, Any]] = cursor.execute(sql("receive/unremoved"), {"department": department}).fetchall()  # type: ignore[assignment]
        return [_taken(department, row) for row in rows]

    def removed(self, file_ids: Sequence[int]) -> None:
        """The originals are out of their folders."""
        if file_ids:
            with self._statement() as cursor:
                cursor.execute(sql("receive/removed"), {"file_ids": list(file_ids)})

    def _one(self, statement: LiteralString, **parameters: object) -> object:
        with self._statement() as cursor:
            row = cursor.execute(statement, parameters).fetchone()
        return row[0] if row else None

    @contextmanager
    def _statement(self) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        """For one statement, which is a transaction of its own, whatever the connection's mode."""
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            yield cursor
        if not self._connection.autocommit:
            self._connection.commit()

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        """A transaction that is committed when the block ends, whatever the connection's mode."""
        with self._statement() as cursor, self._connection.transaction():
            yield cursor


def _columns(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    inodes, sizes, mtimes, ctimes = ([entry.identity[index] for entry in entries] for index in range(4))
    return {
        "paths": [entry.path for entry in entries],
        "inos": inodes,
        "sizes": sizes,
        "mtimes": mtimes,
        "ctimes": ctimes,
    }


def _values(copied: Copied) -> dict[str, Any]:
    inode, _, mtime, ctime = copied.entry.identity
    return {
        "department": copied.department,
        "file_name": shown(copied.entry.name),
        "relative_path": shown(os.fsdecode(copied.entry.path)),
        "sha256": copied.copy.sha256,
        "size": copied.copy.size,
        "name_bytes": os.fsencode(copied.entry.name),
        "path_bytes": copied.entry.path,
        "ino": inode,
        "mtime_ns": mtime,
        "ctime_ns": ctime,
    }


def _taken(department: str, row: dict[str, Any]) -> Taken:
    return Taken(
        department=department,
        file_id=row["file_id"],
        path_bytes=bytes(row["path_bytes"]),
        identity=(row["ino"], row["size"], row["mtime_ns"], row["ctime_ns"]),
        name=row["original_name"],
        path=row["path"],
        submission_id=row["submission_id"],
        received_seq=row["received_seq"],
        sha256=row["sha256"],
        size=row["size"],
        received_at=row["received_at"],
        verdict=row["verdict"],
    )
