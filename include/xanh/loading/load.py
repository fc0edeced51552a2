"""Loads one submission in one transaction: ledger row, observations as a revision, findings. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from xanh import faults
from xanh.database.warehouse import Connection, sql
from xanh.loading.staging import Key, LoadError, keys_of, period_of, stage, write_issues

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.model import Issue, Reading, Verdict

Cause = Literal["loaded", "reprocessed", "withdrawn"]
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
    with connection.transaction():
        row = connection.execute(
            sql("load/publishable"), {"submission_id": held.submission_id, "claim_token": held.claim_token}
        ).fetchone()
        if row is None:
            raise Fenced(f"submission {held.submission_id} is held by another worker now")
        state, verdict, _, received_seq, revision = row
        if state in ("loaded", "done"):
            return Loaded(verdict, revision, Counts(), is_new=False)
        now = next_moment(connection, moment)
        loaded = publish(connection, held, result, catalog, stamp, now, received_seq)
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
    connection.execute(sql("load/clear"))
    this = {"submission_id": held.submission_id}
    old_keys = [key for (key,) in connection.execute(sql("load/keys"), this).fetchall()]
    (reading_no,) = _one(connection, "load/begin", this)
    is_accepted = result.reading is not None and result.verdict in ACCEPTED
    keys = keys_of(result.reading, held.department, catalog) if is_accepted and result.reading else []
    revision, supersedes = None, None
    if keys and result.reading:
        revision, supersedes = _write_keys(connection, held, result.reading, keys, reading_no, received_seq)
        stage(connection, result.reading, keys)
        faults.reach("load.staged")
    counts = supersede(
        connection, sorted({*old_keys, *(key.text for key in keys)}), held.submission_id, reading_no, moment, cause
    )
    faults.reach("load.superseded")
    write_issues(connection, held.submission_id, reading_no, result.issues)
    words = _ledger(result, stamp) | this | {"reading_no": reading_no, "moment": moment, "reading_reason": reason}
    words |= {"revision": revision, "supersedes": supersedes, "corrects": held.corrects}
    connection.execute(sql("load/verdict"), words)
    connection.execute(sql("load/reading"), words)
    return Loaded(result.verdict, revision, counts)


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
    if not keys:
        return Counts()
    words = {
        "keys": list(keys),
        "submission_id": submission_id,
        "reading_no": reading_no,
        "moment": moment,
        "cause": cause,
    }
    for step in ("target", "change", "number", "close", "add", "restate", "difference", "touch"):
        connection.execute(sql(f"load/{step}"), words)
    return Counts(*_one(connection, "load/count", {}))


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


def prepare(connection: Connection) -> None:
    """Creates the session's tables in which loads are worked out."""
    with connection.transaction():
        connection.execute(sql("load/tables"))


def _write_keys(
    connection: Connection, held: Held, reading: Reading, keys: list[Key], reading_no: int, received_seq: int
) -> tuple[int | None, int | None]:
    """The revision of the submission, the highest where it holds several forms, and what it supersedes."""
    period = period_of(reading)
    revision: int | None = None
    supersedes: int | None = None
    for key in keys:
        words = {
            "submission_id": held.submission_id,
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
        number, before = _one(connection, "load/key", words)
        revision = max(revision or 0, number)
        supersedes = before if supersedes is None else max(supersedes, before or 0)
    return revision, supersedes


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


def _one(connection: Connection, name: str, words: Mapping[str, Any]) -> tuple[Any, ...]:
    row = connection.execute(sql(name), words).fetchone()
    if row is None:
        raise LoadError(f"{name} gave no row for {words}")
    return row
