"""Who works on which submission. A claim ends with its holder: with its connection, at the latest with its lease."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from xanh import faults
from xanh.database.warehouse import Connection, sql
from xanh.loading.load import Held
from xanh.model import Verdict

Stage = Literal["read", "load"]
LEASE = timedelta(minutes=15)
LOCK_CLASS = 0x58616E63
CLAIM_LOCK = 0x58616E71
MOST = 32
"""Submissions in a batch: what one process reads and validates together."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A submission that this worker holds."""

    submission_id: int
    department: str
    file_name: str
    sha256: str
    received_at: datetime
    received_seq: int
    state: str
    verdict: Verdict | None
    attempts: int
    """How often reading it has begun without coming to its end: a worker died meanwhile, or the program failed."""
    claim_token: int

    def held(self, corrects: int | None = None) -> Held:
        """The same for load."""
        return Held(self.submission_id, self.claim_token, self.department, corrects)


@contextmanager
def claim(connection: Connection, submission_ids: Sequence[int]) -> Iterator[list[Claimed]]:
    """Those of the submissions that nobody else holds, in order of arrival; given back at the end if not finished.

    The connection must not be closed meanwhile: its advisory lock is what tells others that this worker lives.
    """
    token = _next_token(connection)
    connection.execute("select pg_advisory_lock(%s, %s)", [LOCK_CLASS, token])
    connection.commit()
    try:
        yield _claim(connection, submission_ids, token)
    finally:
        if not connection.closed:
            connection.rollback()
            connection.execute(sql("load/release"), {"claim_token": token})
            connection.execute("select pg_advisory_unlock(%s, %s)", [LOCK_CLASS, token])
            connection.commit()


def _claim(connection: Connection, submission_ids: Sequence[int], token: int) -> list[Claimed]:
    words = {
        "ids": list(submission_ids),
        "claim_token": token,
        "worker": f"{socket.gethostname()}:{os.getpid()}",
        "lease": LEASE,
        "lock_class": LOCK_CLASS,
        "most": MOST,
    }
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [CLAIM_LOCK])
        rows = connection.execute(sql("load/claim"), words).fetchall()
    connection.commit()
    faults.reach("claim.taken")
    if len(rows) < len(submission_ids):
        faults.reach("claim.passed_over")
    return sorted((Claimed(*(*row, token)) for row in rows), key=lambda claimed: claimed.received_seq)


def start_attempt(connection: Connection, claimed: Claimed, stage: Stage) -> int:
    """Counts, before anything can go wrong, that the stage starts; how often it did without coming to its end.

    Nobody waits for the disk: a count outlives this process, and a power cut is held against no file anyway.
    """
    words = {"submission_id": claimed.submission_id, "claim_token": claimed.claim_token, "stage": stage, "lease": LEASE}
    with connection.pipeline():
        connection.execute("set local synchronous_commit = off")
        counted = connection.execute(sql("load/attempt"), words)
    row = counted.fetchone()
    connection.commit()
    if row is None:
        return 0
    return int(row[0] if stage == "read" else row[1])


def note_read(connection: Connection, claimed: Sequence[Claimed]) -> None:
    """Notes that reading them came to its end."""
    if claimed:
        ids = [each.submission_id for each in claimed]
        connection.execute(sql("load/parsed"), {"submission_ids": ids, "claim_token": claimed[0].claim_token})
        connection.commit()


def forgive(connection: Connection, claimed: Sequence[Claimed], stage: Stage) -> None:
    """Takes back what counts against submissions that had no part in it: a worker died of something else, a disk was full."""
    if claimed:
        ids = [each.submission_id for each in claimed]
        words = {"submission_ids": ids, "claim_token": claimed[0].claim_token, "stage": stage}
        connection.execute(sql("load/forgive"), words)
        connection.commit()


def waiting_by_department(connection: Connection) -> list[list[int]]:
    """What is not done and held by nobody, a list for each department in order of arrival, the oldest department first."""
    by_department: dict[str, list[int]] = {}
    for submission_id, department in connection.execute(sql("load/waiting"), {"lock_class": LOCK_CLASS}).fetchall():
        by_department.setdefault(department, []).append(submission_id)
    connection.commit()
    return list(by_department.values())


def untouched(connection: Connection, submission_ids: Sequence[int]) -> dict[int, str]:
    """The department of each of those that nobody has begun, nor any other of its department."""
    rows = connection.execute(sql("load/untouched"), {"ids": list(submission_ids)}).fetchall()
    connection.commit()
    return dict(rows)


def _next_token(connection: Connection) -> int:
    row = connection.execute("select nextval('intake.claim_number')").fetchone()
    connection.commit()
    return int(row[0]) % 0x7FFFFFFF if row else 0
