"""Reads archived files again with the catalogue and program of now, and keeps what that changes as new revisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg import Rollback
from psycopg.rows import dict_row

from xanh.arrival.archive import Archive
from xanh.database.code_lists import sync_catalog
from xanh.database.warehouse import Connection, connect, sql
from xanh.indicators.compute import compute
from xanh.loading.claims import MOST
from xanh.loading.load import ACCEPTED, Counts, Held, Result, next_moment, publish
from xanh.loading.process import process
from xanh.loading.session import prepare
from xanh.loading.stamp import stamp
from xanh.model import Issue, Verdict
from xanh.reading.examine import Examined, examine, reason_of, validated, verdict_of
from xanh.settings import TIME_ZONE
from xanh.validation import confirmations, history

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.model import Reading
    from xanh.settings import Settings

PAST_RULES = ("HIST-", "L03")
"""Starts of the rules that compare with what stood before a submission: their findings are kept, not looked for again."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A submission that reads otherwise now."""

    submission_id: int
    department: str
    file_name: str
    verdict_before: Verdict
    verdict_after: Verdict
    counts: Counts


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """What a reprocessing changes, or would change."""

    read_count: int
    submissions: Sequence[Changed]
    numbers: Sequence[Mapping[str, Any]]
    """Published values with `value_before` and `value_after`."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    submission_id: int
    department: str
    file_name: str
    sha256: str
    received_at: datetime
    received_seq: int
    verdict: Verdict
    corrects: int | None


def reprocess(
    settings: Settings,
    catalog: Catalog,
    reason: str,
    *,
    since: datetime | None = None,
    submission_ids: Sequence[int] | None = None,
    is_dry_run: bool = False,
) -> Reprocessed:
    """Publishes what now reads otherwise, all of it in one transaction, and computes what that touches.

    Without a moment and submissions: what is in quarantine. A dry run does the same and takes it back: its list is what then
    changes. Feedback is written anew for what changed.
    """
    with connect(settings) as connection:
        prepare(connection)
        connection.commit()
        words = {"since": since, "ids": list(submission_ids) if submission_ids else None}
        candidates = [_Candidate(*row) for row in connection.execute(sql("reprocess/candidates"), words).fetchall()]
        connection.commit()
        otherwise = list(_otherwise(connection, candidates, catalog, settings))
        with connection.transaction():
            done = _apply(connection, otherwise, len(candidates), catalog, settings, reason)
            if is_dry_run:
                raise Rollback
        connection.commit()
    if not is_dry_run:
        _write_feedback(settings, [each.submission_id for each in done.submissions])
    return done


def _otherwise(
    connection: Connection, candidates: Sequence[_Candidate], catalog: Catalog, settings: Settings
) -> Iterator[tuple[_Candidate, Result]]:
    """The candidates whose verdict, values or findings are no longer those of the ledger."""
    for start in range(0, len(candidates), MOST):
        batch = candidates[start : start + MOST]
        examined = [_examine(each, catalog, settings) for each in batch]
        for candidate, each, issues in zip(batch, examined, validated(examined, catalog, settings), strict=True):
            result = _result(connection, candidate, each, issues, catalog)
            if _fingerprint(result) != _stored(connection, candidate):
                yield candidate, result
            connection.commit()


def _examine(candidate: _Candidate, catalog: Catalog, settings: Settings) -> Examined:
    path = Archive(settings.archive).path(candidate.sha256)
    received_on = candidate.received_at.astimezone(TIME_ZONE).date()
    return examine(path, candidate.file_name, candidate.department, catalog, settings, received_on)


def _result(
    connection: Connection, candidate: _Candidate, examined: Examined, issues: list[Issue], catalog: Catalog
) -> Result:
    reading = examined.reading
    if reading is not None:
        issues = [*issues, *_against_the_past(connection, candidate, reading, issues, catalog)]
        with connection.transaction():
            issues = confirmations.silence(connection, catalog, reading, issues)
    verdict = verdict_of(reading, issues)
    return Result(verdict, reading, issues, reason_of(verdict, issues))


def _against_the_past(
    connection: Connection, candidate: _Candidate, reading: Reading, issues: Sequence[Issue], catalog: Catalog
) -> list[Issue]:
    """As found at its arrival; looked for now only where the file could not be used then."""
    if candidate.verdict in ACCEPTED:
        return [issue for issue in _findings(connection, candidate) if issue.rule.startswith(PAST_RULES)]
    with connection.transaction():
        return history.find(connection, catalog, reading, issues)


def _findings(connection: Connection, candidate: _Candidate) -> list[Issue]:
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(sql("reprocess/findings"), {"submission_id": candidate.submission_id}).fetchall()
    return [Issue(**{**row, "cells": tuple(row["cells"])}) for row in rows]


def _fingerprint(result: Result) -> tuple[Any, ...]:
    stated: set[tuple[Any, ...]] = set()
    if result.reading is not None and result.verdict in ACCEPTED:
        stated = {
            (
                o.form, o.measure, o.item_code or o.item_name, o.area, o.period.start, o.period.end, o.flow, o.obs_status,
                o.value, o.unit, o.factor, o.factor_version, o.source_sheet, o.source_cell,
            )
            for o in result.reading.observations
        }  # fmt: skip
    return result.verdict, stated, _about(result.issues)


def _stored(connection: Connection, candidate: _Candidate) -> tuple[Any, ...]:
    rows = connection.execute(sql("reprocess/stated"), {"submission_id": candidate.submission_id}).fetchall()
    return candidate.verdict, set(rows), _about(_findings(connection, candidate))


def _about(issues: Sequence[Issue]) -> set[tuple[Any, ...]]:
    return {(each.severity, each.rule, each.sheet, each.cell, each.cells) for each in issues}


def _apply(
    connection: Connection,
    otherwise: Sequence[tuple[_Candidate, Result]],
    read_count: int,
    catalog: Catalog,
    settings: Settings,
    reason: str,
) -> Reprocessed:
    sync_catalog(connection, catalog)
    compute(connection, catalog, settings)
    moment = next_moment(connection)
    changed = []
    for candidate, result in otherwise:
        held = Held(candidate.submission_id, 0, candidate.department, candidate.corrects)
        words = (connection, held, result, catalog, stamp(settings, catalog), next_moment(connection))
        loaded = publish(*words, candidate.received_seq, cause="reprocessed", reason=reason)
        changed.append(
            Changed(
                candidate.submission_id, candidate.department, candidate.file_name, candidate.verdict, loaded.verdict,
                loaded.counts,
            )
        )  # fmt: skip
    compute(connection, catalog, settings)
    with connection.cursor(row_factory=dict_row) as cursor:
        numbers = cursor.execute(sql("reprocess/numbers"), {"moment": moment}).fetchall()
    return Reprocessed(read_count, changed, numbers)


def _write_feedback(settings: Settings, submission_ids: Sequence[int]) -> None:
    for start in range(0, len(submission_ids), MOST):
        process(settings, submission_ids[start : start + MOST])
