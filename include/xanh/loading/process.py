"""Works on a batch of submissions in this process, to its end; can be repeated safely."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

import psycopg

from xanh.arrival.remote import push
from xanh.catalog import load_catalog
from xanh.database.code_lists import sync_catalog
from xanh.database.warehouse import Connection, connect
from xanh.feedback import outbox
from xanh.loading import claims
from xanh.loading.batch import Batch
from xanh.loading.outcomes import Interrupted, Outcome, error_of
from xanh.loading.session import plan_once, prepare
from xanh.loading.stamp import stamp

if TYPE_CHECKING:
    from xanh.settings import Settings


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
