"""Loads one submission in one transaction: ledger row, observations as a revision, findings. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from psycopg import Cursor

from xanh import faults
from xanh.database.warehouse import Connection, sql
from xanh.loading.session import planned_for
from xanh.loading.staging import Key, LoadError, keys_of, period_of, stage, write_issues

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.model import Issue, Reading, Verdict

Cause = Literal["loaded", "reprocessed", "withdrawn"]
MOST_DELETED = 5000
"""Rows of the session's tables up to which the next load deletes them; more would be in its way."""
ACCEPTED: tuple[Verdict, ...] = ("accepted", "accepted_with_warnings")


class Fenced(RuntimeError):
    """Another worker has taken this submission over: whatever this one worked out must not be published."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The versions of everything that decides how a file is read."""

    code_version: str
    catalog_hash: str
    suites_hash: str


@dataclass(frozen=True, slots=True)
class Held:
    """A submission that this worker holds: nobody else may publish it while the token is its own."""

    submission_id: int
    claim_token: int
    department: str
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What is to be loaded of a submission: its verdict, and the reading unless the file could not be read."""

    verdict: Verdict
    reading: Reading | None
    issues: Sequence[Issue]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Observations by what became of them."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    late: int = 0
    """Into history only, because a newer amendment of the same report is there already."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. `is_new` is False when the submission had been loaded before and nothing was done."""

    verdict: Verdict
    revision: int | None
    counts: Counts
    is_new: bool = True


def load(
    connection: Connection,
    held: Held,
    result: Result,
    catalog: Catalog,
    stamp: Stamp,
    *,
    moment: datetime | None = None,
) -> Loaded:
    """Publishes the result of a submission, or does nothing when that has been done already.

    `moment`: for a rebuild, when the warehouse learnt it the first time. Raises Fenced when the claim is lost.
    """
    with planned_for(connection, result.reading), connection.transaction():
        row = connection.execute(
            sql("load/publishable"), {"submission_id": held.submission_id, "claim_token": held.claim_token}
        ).fetchone()
        if row is None:
            raise Fenced(f"submission {held.submission_id} is held by another worker now")
        state, verdict, received_seq, revision = row
        if state in ("loaded", "done"):
            return Loaded(verdict, revision, Counts(), is_new=False)
        staged = _stage(connection, held, result, catalog, received_seq)
        now = next_moment(connection, moment)  # from here to the commit no other load goes on: all that can be is done
        loaded = _publish(connection, held, result, staged, stamp, now, "loaded", None)
        if result.reading is not None and len(result.reading.observations) > MOST_DELETED:
            connection.execute(sql("load/truncate"))
        faults.reach("load.commit")
    return loaded


def publish(
    connection: Connection,
    held: Held,
    result: Result,
    catalog: Catalog,
    stamp: Stamp,
    moment: datetime,
    received_seq: int,
    *,
    cause: Cause = "loaded",
    reason: str | None = None,
) -> Loaded:
    """Writes one reading of a submission inside the caller's transaction, which holds the row of the submission."""
    staged = _stage(connection, held, result, catalog, received_seq)
    return _publish(connection, held, result, staged, stamp, moment, cause, reason)


@dataclass(frozen=True, slots=True)
class _Staged:
    """What lies in the session and the ledger before the moment of the load is known."""

    reading_no: int
    keys: Sequence[str]
    """All keys that change: those stated before and those stated now."""
    stated: Sequence[Mapping[str, Any]]
    """The rows of the keys that are stated now."""


def _stage(connection: Connection, held: Held, result: Result, catalog: Catalog, received_seq: int) -> _Staged:
    """Counts the reading and streams its observations and findings."""
    this = {"submission_id": held.submission_id}
    with connection.pipeline():
        connection.execute(sql("load/clear"))
        begun = connection.execute(sql("load/begin"), this)
        old_keys = connection.execute(sql("load/keys"), this)
    (reading_no,) = _row(begun, "load/begin", this)
    stated: list[dict[str, Any]] = []
    reading = result.reading if result.verdict in ACCEPTED else None
    if reading is not None:
        keys = keys_of(reading, held.department, catalog)
        stated = [_key(key, reading, held.submission_id, reading_no, received_seq) for key in keys]
        if keys:
            stage(connection, reading, keys)
            faults.reach("load.staged")
    write_issues(connection, held.submission_id, reading_no, result.issues)
    names = {key for (key,) in old_keys.fetchall()} | {key["submission_key"] for key in stated}
    return _Staged(reading_no, sorted(names), stated)


def _publish(
    connection: Connection, held: Held, result: Result, staged: _Staged, stamp: Stamp, moment: datetime, cause: Cause,
    reason: str | None,
) -> Loaded:  # fmt: skip
    """Makes the staged reading what counts: sent as a whole, answered as a whole."""
    words = _ledger(result, stamp) | {"submission_id": held.submission_id, "reading_no": staged.reading_no}
    words |= {"moment": moment, "reading_reason": reason, "corrects": held.corrects}
    with connection.pipeline():
        for key in staged.stated:
            connection.execute(sql("load/key"), key)
        counted = _send_changes(connection, staged.keys, held.submission_id, staged.reading_no, moment, cause)
        verdict = connection.execute(sql("load/verdict"), words)
        connection.execute(sql("load/reading"), words)
    faults.reach("load.superseded")
    (revision,) = _row(verdict, "load/verdict", words)
    return Loaded(result.verdict, revision, _counts(counted))


def supersede(
    connection: Connection,
    keys: Sequence[str],
    submission_id: int | None,
    reading_no: int | None,
    moment: datetime,
    cause: Cause,
) -> Counts:
    """Makes current what the submissions of the keys say together; counts what that added, changed, removed and kept.

    `submission_id` is the one whose observations are staged, or the one that an operator withdrew.
    """
    with connection.pipeline():
        counted = _send_changes(connection, keys, submission_id, reading_no, moment, cause)
    return _counts(counted)


def _send_changes(
    connection: Connection, keys: Sequence[str], submission_id: int | None, reading_no: int | None, moment: datetime,
    cause: Cause,
) -> Cursor[Any] | None:  # fmt: skip
    """Sends the steps without waiting for them; the cursor of the counts, None where no key changes."""
    if not keys:
        return None
    words = {
        "keys": list(keys),
        "submission_id": submission_id,
        "reading_no": reading_no,
        "moment": moment,
        "cause": cause,
    }
    connection.execute("set local work_mem = '32MB'")
    for step in ("change", "number", "close", "add", "restate", "difference", "touch"):
        connection.execute(sql(f"load/{step}"), words)
    return connection.execute(sql("load/count"))


def _counts(counted: Cursor[Any] | None) -> Counts:
    return Counts() if counted is None else Counts(*_row(counted, "load/count", {}))


def next_moment(connection: Connection, replayed: datetime | None = None) -> datetime:
    """The moment from which on this transaction's facts are known; later than that of each one before."""
    if replayed is not None:
        row = connection.execute("select ops.set_moment(%s)", [replayed]).fetchone()
    else:
        row = connection.execute("select ops.next_moment()").fetchone()
    if row is None:
        raise LoadError("the clock of the warehouse is missing")
    moment: datetime = row[0]
    return moment


def _key(key: Key, reading: Reading, submission_id: int, reading_no: int, received_seq: int) -> dict[str, Any]:
    period = period_of(reading)
    return {
        "submission_id": submission_id,
        "submission_key": key.text,
        "reading_no": reading_no,
        "form_code": key.form,
        "area_code": key.area,
        "period_code": period.code,
        "period_end": period.end,
        "semantics": key.semantics,
        "amendment": reading.amendment or 0,
        "received_seq": received_seq,
    }


def _ledger(result: Result, stamp: Stamp) -> dict[str, Any]:
    reading = result.reading
    period = reading.period if reading else None
    severities = [issue.severity for issue in result.issues]
    return {
        "verdict": result.verdict,
        "reason": result.reason,
        "form_code": reading.form if reading else None,
        "layout": reading.layout if reading else None,
        "area_code": reading.area if reading else None,
        "period_code": period.code if period else None,
        "period_start": period.start if period else None,
        "period_end": period.end if period else None,
        "amendment": reading.amendment if reading else None,
        "observation_count": len(reading.observations) if reading and result.verdict in ACCEPTED else 0,
        "critical_count": severities.count("critical"),
        "warning_count": severities.count("warning"),
        "catalog_hash": stamp.catalog_hash,
        "suites_hash": stamp.suites_hash,
        "code_version": stamp.code_version,
    }


def _row(cursor: Cursor[Any], name: str, words: Mapping[str, Any]) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise LoadError(f"{name} gave no row for {words}")
    return row
