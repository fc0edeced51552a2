"""One batch of claimed submissions from the archive to their end: read, validate, load, feedback.

The ledger's state says how far a submission is; nothing else is remembered. Killed at any point, the next run takes it up
again: what was not loaded is read again, what was loaded only gets its feedback.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure

from xanh import faults
from xanh.arrival.archive import Archive
from xanh.database.warehouse import Connection, sql
from xanh.loading import claims
from xanh.loading.claims import Claimed
from xanh.loading.closing import Closing, Published
from xanh.loading.load import ACCEPTED, Fenced, Loaded, Result, Stamp, load
from xanh.loading.outcomes import IngestError, Outcome
from xanh.loading.session import planned_for
from xanh.loading.staging import keys_of
from xanh.loading.trial import hold
from xanh.loading.warm import warm
from xanh.logs import about_submission
from xanh.parsing.child import ParserBroken
from xanh.parsing.parse import announce
from xanh.reading.examine import Examined, examine, reason_of, validated, verdict_of
from xanh.settings import TIME_ZONE
from xanh.validation import confirmations, history, messages, replaced

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.model import Issue, Reading
    from xanh.settings import Settings

_log = logging.getLogger(__name__)

MOST_ATTEMPTS = 2
"""A file whose reading fails so often by its own doing is set aside, so that it cannot hold up the others."""
MOST_LOADS = 10
"""The same for loading, where nobody can tell whose doing it was: more than the deaths and failures of a bad day."""
LOAD_RETRIES = 5


@dataclass
class Batch:
    """One batch in the hands of one worker."""

    connection: Connection
    catalog: Catalog
    settings: Settings
    stamp: Stamp
    outcomes: list[Outcome] = field(default_factory=list)
    failures: list[tuple[Claimed, Exception]] = field(default_factory=list)
    moments: Mapping[int, datetime] | None = None
    """For a rebuild: when each submission was loaded the first time. Then neither feedback nor archive is written."""
    stopped_at: dict[str, int] = field(default_factory=dict)
    """By department, the place in the order of arrival from which on nothing is published."""
    deadly: frozenset[int] = frozenset()
    """Submissions in whose reading processes end."""

    def run(self, claimed: Sequence[Claimed]) -> None:
        """Reads all, validates them together, then publishes one after the other, each department in its order."""
        suspects = [each for each in claimed if each.attempts and _is_to_be_read(each)]
        trial = hold(suspects, self.settings)
        self.deadly = trial.deadly
        claims.forgive(self.connection, [each for each in suspects if each.submission_id in trial.cleared], "read")
        for part in [claimed] if trial.is_joint else [[each] for each in claimed]:
            self._run(part)

    def _run(self, claimed: Sequence[Claimed]) -> None:
        examined: list[tuple[Claimed, Examined]] = []
        to_be_read = [each for each in claimed if _is_to_be_read(each)]
        harmless = [self._archived(each) for each in to_be_read if each.submission_id not in self.deadly]
        announce(harmless, self.settings.limits, with_copy=self.moments is None)
        for each in to_be_read:
            found = None if self._is_stopped(each) else self._attempt(each)
            if found is not None:
                examined.append((each, found))
        if any(found.reading is not None for _, found in examined):
            warm()  # not before: cells and what Great Expectations loads need not be in memory together
        issues = self._validated(examined)
        by_id = {each.submission_id: (found, issues.get(each.submission_id)) for each, found in examined}
        published: list[Published] = []
        try:
            for each in claimed:
                done = self._publish(each, *by_id.get(each.submission_id, (None, None)))
                if done is not None:
                    published.append(done)
        finally:  # what is loaded is told also when the warehouse fails in the middle
            if not self.connection.closed:
                closing = Closing(self.connection, self.catalog, self.settings, self.failures)
                self.outcomes += closing.close(published, is_replay=self.moments is not None)

    def _is_stopped(self, claimed: Claimed) -> bool:
        """Whether it or an earlier submission of its department failed: later ones must not overtake that."""
        return claimed.received_seq >= self.stopped_at.get(claimed.department, claimed.received_seq + 1)

    @about_submission
    def _attempt(self, claimed: Claimed) -> Examined | None:
        """What the file says. None when the program failed."""
        times = claims.start_attempt(self.connection, claimed, "read")
        if claimed.submission_id in self.deadly or times > MOST_ATTEMPTS:
            return self._set_aside(max(times - 1, MOST_ATTEMPTS), "read")
        try:
            found = self._examine(claimed)
        except Exception as error:  # one file must not hold up those of other departments; raised again at the end
            self._failed(claimed, error)
            if _is_of_the_service(error):
                claims.forgive(self.connection, [claimed], "read")
            return None
        faults.reach("ingest.read")
        return found

    def _examine(self, claimed: Claimed) -> Examined:
        received_on = claimed.received_at.astimezone(TIME_ZONE).date()
        faults.reach("ingest.parse")
        return examine(
            self._archived(claimed),
            claimed.file_name,
            claimed.department,
            self.catalog,
            self.settings,
            received_on,
            with_copy=self.moments is None,
        )

    def _archived(self, claimed: Claimed) -> Path:
        return Archive(self.settings.archive).path(claimed.sha256)

    def _set_aside(self, times: int, stage: str) -> Examined:
        return Examined(None, (messages.issue(self.catalog, "L02", times=times, stage=stage),))

    def _validated(self, examined: Sequence[tuple[Claimed, Examined]]) -> dict[int, list[Issue]]:
        """The issues of each submission by its id. If a check crashes, each file alone: only its cause fails."""
        try:
            found = validated([each for _, each in examined], self.catalog, self.settings)
        except Exception:  # the batch is repeated file by file, which raises for the one that is the cause
            _log.exception("validation of a batch of %s failed; trying each alone", len(examined))
            found = []
        issues = {claimed.submission_id: each for (claimed, _), each in zip(examined, found, strict=False)}
        for claimed, each in examined:
            if claimed.submission_id not in issues:
                try:
                    issues[claimed.submission_id] = validated([each], self.catalog, self.settings)[0]
                except Exception as error:  # raised again at the end
                    self._failed(claimed, error)
                    continue
            faults.reach("ingest.parsed")
        claims.note_read(self.connection, [claimed for claimed, _ in examined if claimed.submission_id in issues])
        return issues

    @about_submission
    def _publish(self, claimed: Claimed, examined: Examined | None, issues: list[Issue] | None) -> Published | None:
        """Loads the submission; None when that was not possible or not allowed."""
        if self._is_stopped(claimed):
            return None
        reading: Reading | None = None
        found: Sequence[Issue] | None = None
        try:
            if claimed.state != "loaded":
                reading, found = self._load(claimed, examined, issues or [])
        except Fenced:
            _log.warning("submission %s was taken over by another worker", claimed.submission_id)
            self._stop(claimed)
        except psycopg.OperationalError:
            if not self.connection.closed:  # a full disk, a deadlock: none of the file's doing
                self.connection.rollback()
                claims.forgive(self.connection, [claimed], "load")
            raise
        except Exception as error:  # one file must not hold up those of other departments; raised again at the end
            self._failed(claimed, error)
        else:
            return Published(claimed, reading, found, examined.copy if examined else None)
        return None

    def _load(
        self, claimed: Claimed, examined: Examined | None, issues: list[Issue]
    ) -> tuple[Reading | None, Sequence[Issue] | None]:
        if claimed.verdict == "duplicate":
            self._with_retries(claimed, Result("duplicate", None, ()), None)
            return None, None
        if examined is None:
            raise IngestError(f"submission {claimed.submission_id} was claimed but not read")
        times = claims.start_attempt(self.connection, claimed, "load")
        if times > MOST_LOADS:
            examined = self._set_aside(times - 1, "load")
            issues = list(examined.issues)
        reading = examined.reading
        if reading is not None:
            with planned_for(self.connection, reading), self.connection.transaction():
                issues = [*issues, *self._against_the_past(claimed, examined, reading, issues)]
                issues = self._confirmed(claimed, examined, reading, issues)
        verdict = verdict_of(reading, issues)
        result = Result(verdict, reading, issues, reason_of(verdict, issues))
        loaded = self._with_retries(claimed, result, examined.corrects)
        _log.info("submission %s: %s, %s", claimed.submission_id, verdict, loaded)
        return reading, issues

    def _against_the_past(
        self, claimed: Claimed, examined: Examined, reading: Reading, issues: Sequence[Issue]
    ) -> list[Issue]:
        """What the warehouse, as it stands before this submission, has to say about it."""
        found = history.find(self.connection, self.catalog, reading, issues)
        if verdict_of(reading, issues) in ACCEPTED:
            found = [*found, *self._against_the_same_report(claimed, examined, reading)]
        return found

    def _confirmed(
        self, claimed: Claimed, examined: Examined, reading: Reading, issues: Sequence[Issue]
    ) -> list[Issue]:
        """The issues without the warnings that the sender has confirmed, here or in an earlier file of this report."""
        if examined.corrects is not None and examined.feedback is not None:
            where = (claimed.submission_id, examined.corrects, examined.feedback, claimed.received_at)
            confirmations.keep(self.connection, self.catalog, reading, *where)
        return confirmations.silence(self.connection, self.catalog, reading, issues)

    def _against_the_same_report(self, claimed: Claimed, examined: Examined, reading: Reading) -> list[Issue]:
        """That a newer amendment of it is there already, or what strikes where it replaces an earlier one."""
        keys = keys_of(reading, claimed.department, self.catalog)
        row = self.connection.execute(sql("load/same_report"), {"keys": [key.text for key in keys]}).fetchone()
        (newest, received), stated = row or (None, None), reading.amendment or 0
        if newest is None or received is None:
            return []
        if newest > stated:
            return [messages.issue(self.catalog, "L03", newer=newest, stated=stated)]
        return replaced.find(
            self.connection,
            self.catalog,
            reading,
            [key.text for key in keys if key.semantics == "full"],
            received,
            can_be_another=not stated and examined.corrects is None and claimed.received_at - received >= replaced.LONG,
        )

    def _with_retries(self, claimed: Claimed, result: Result, corrects: int | None) -> Loaded:
        """Loads; time cures deadlocks and serialisation failures, nothing else."""
        for attempt in range(1, LOAD_RETRIES + 1):
            try:
                loaded = load(
                    self.connection,
                    claimed.held(corrects),
                    result,
                    self.catalog,
                    self.stamp,
                    moment=self._moment(claimed),
                )
            except (DeadlockDetected, SerializationFailure):
                self.connection.rollback()
                if attempt == LOAD_RETRIES:
                    raise
                time.sleep(0.05 * 2**attempt)
            else:
                self.connection.commit()
                faults.reach("load.committed")
                return loaded
        raise AssertionError("unreachable")

    def _moment(self, claimed: Claimed) -> datetime | None:
        return self.moments[claimed.submission_id] if self.moments is not None else None

    def _failed(self, claimed: Claimed, error: Exception) -> None:
        self.connection.rollback()
        _log.error("the program failed on submission %s", claimed.submission_id, exc_info=error)
        self.failures.append((claimed, error))
        self._stop(claimed)

    def _stop(self, claimed: Claimed) -> None:
        """Nothing that the department sent after it may overtake it."""
        self.stopped_at.setdefault(claimed.department, claimed.received_seq)


def _is_to_be_read(claimed: Claimed) -> bool:
    return claimed.state != "loaded" and claimed.verdict != "duplicate"


def _is_of_the_service(error: Exception) -> bool:
    """Whether a disk or the system refused: time cures that, and it says nothing about the file."""
    return isinstance(error, (OSError, ParserBroken)) and not isinstance(error, FileNotFoundError)
