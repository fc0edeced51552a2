"""Takes what waits: out of the drop folders, then from the archive to its end, in batches that can be repeated safely."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from xanh import faults
from xanh.arrival.remote import push
from xanh.catalog import load_catalog
from xanh.database.code_lists import sync_catalog
from xanh.database.warehouse import Connection, connect
from xanh.feedback import outbox
from xanh.loading import claims
from xanh.loading.batch import Batch
from xanh.loading.outcomes import IngestError, Interrupted, Outcome, error_of
from xanh.loading.session import plan_once, prepare
from xanh.loading.stamp import stamp
from xanh.reading.examine import verdict_of

if TYPE_CHECKING:
    from xanh.settings import Settings

PATIENCE_SECONDS = 20.0
"""For so long the command waits for files that only have to be left alone a little longer."""

__all__ = ["IngestError", "Outcome", "process", "run", "verdict_of", "waiting", "with_drop"]


def waiting(settings: Settings) -> list[list[int]]:
    """Batches of submissions that are not done and that nobody works on; a department is never split over two."""
    with connect(settings) as connection:
        return claims.waiting(connection)


def process(settings: Settings, submission_ids: Sequence[int], connection: Connection | None = None) -> list[Outcome]:
    """Works on those of the submissions that no living process holds; their outcomes in order of arrival.

    `connection`: one of the loader that is kept from batch to batch.

    Safe to call twice, concurrently and after a kill. Bad data become verdicts. Raises IngestError, after everything
    else of the batch is done, when the program itself failed on a submission, and psycopg.OperationalError without a
    database: Interrupted, with what had ended, once the batch was begun.
    """
    catalog = load_catalog(settings.catalog)
    with connect(settings) if connection is None else nullcontext(connection) as connection:
        with connection.transaction():
            sync_catalog(connection, catalog)
        prepare(connection)
        plan_once(connection)
        with claims.claim(connection, submission_ids) as claimed:
            for department in {each.department for each in claimed}:
                outbox.clean(settings.drop, settings.limits, department)
            batch = Batch(connection, catalog, settings, stamp(settings, catalog))
            try:
                batch.run(claimed)
            except psycopg.OperationalError as error:
                raise Interrupted(error, batch.outcomes) from error
    push(settings)
    if batch.failures:
        raise error_of(batch.failures, batch.outcomes)
    return batch.outcomes


def run(
    settings: Settings,
    report: Callable[[Outcome], None] = lambda _: None,
    expect: Callable[[int], None] = lambda _: None,
) -> list[Outcome]:
    """Everything that waits in the drop folders and the ledger now, until nothing is left; in this process.

    `expect` is told how many submissions wait when all are received, `report` what became of each. Raises IngestError like
    process, when everything else is done.
    """
    from xanh.arrival.receive import receive

    outcomes: list[Outcome] = []
    catalog = load_catalog(settings.catalog)
    with connect(settings, autocommit=True) as connection:
        receive(settings, catalog, connection, patience_seconds=PATIENCE_SECONDS)
        faults.reach("ingest.received")
    tried: set[int] = set()
    failed: list[IngestError] = []
    with connect(settings) as connection:
        expect(sum(map(len, claims.waiting_by_department(connection))))
        while batch := next((ids for ids in claims.waiting(connection) if not tried.issuperset(ids)), None):
            tried.update(batch)
            try:
                done: Sequence[Outcome] = process(settings, batch, connection)
            except IngestError as error:  # raised when all others are done
                failed.append(error)
                done = error.outcomes
            for outcome in done:
                report(outcome)
                outcomes.append(outcome)
    if failed:
        raise failed[0]
    return outcomes


def with_drop(settings: Settings, drop: Path | None) -> Settings:
    """The settings with another drop folder, where one is given."""
    return replace(settings, drop=drop.absolute()) if drop else settings
