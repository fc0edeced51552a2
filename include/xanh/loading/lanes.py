"""What one run of the scheduler takes up: it waits for files, shares them out over lanes, and works a lane to its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg

from xanh.arrival.receive import receive
from xanh.catalog import Catalog
from xanh.database.warehouse import connect, sql
from xanh.loading import claims, ingest
from xanh.loading.outcomes import IngestError, Outcome
from xanh.settings import Settings

PATIENCE_SECONDS = 6.0
"""For so long a look at the folders waits for a file that only has to be left alone a little longer."""
LOOK_SECONDS = 5.0
REMOTE_LOOK_SECONDS = 20.0
"""Between two looks. A look at object storage costs a list request for each department."""
FILES_A_LANE = 16
"""Less is not worth a task of its own: the checks of a form cost the same for one file as for thirty."""
BATCHES_A_LANE = 4
"""A run stays so short that it can be stopped and watched; what is left over is the next run's."""


def wait(
    settings: Settings,
    catalog: Catalog,
    connection: psycopg.Connection[Any],
    seconds: float,
    is_over: Callable[[], bool] = lambda: False,
) -> list[list[int]]:
    """Receives until something waits to be processed, at most `seconds` long or until `is_over`; what waits, in lanes.

    `connection`: in autocommit mode. Raises what `receive` raises.
    """
    until = time.monotonic() + seconds
    pause = REMOTE_LOOK_SECONDS if settings.drop_url else LOOK_SECONDS
    while True:
        receive(settings, catalog, connection, patience_seconds=PATIENCE_SECONDS, leaves_floods=True)
        connection.execute(sql("monitor/beat"), {"name": "scan", "now": datetime.now(UTC)})
        found = share_out(claims.waiting_by_department(connection), settings.limits.lanes)
        if found or not _sleep(min(pause, until - time.monotonic()), is_over):
            return found


def _sleep(seconds: float, is_over: Callable[[], bool]) -> bool:
    """False when there is no time left or nobody wants to wait any longer."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_over():
            return False
        time.sleep(min(0.5, max(0.0, until - time.monotonic())))
    return seconds > 0


def share_out(by_department: Sequence[Sequence[int]], most: int) -> list[list[int]]:
    """At most `most` lanes of about equal length; a department is never in two of them and keeps its order."""
    queues = sorted((list(ids[: BATCHES_A_LANE * claims.MOST]) for ids in by_department), key=len, reverse=True)
    wanted = -(-sum(map(len, queues)) // FILES_A_LANE)
    lanes: list[list[int]] = [[] for _ in range(min(most, wanted, len(queues)))]
    for ids in queues:
        min(lanes, key=len).extend(ids)
    return lanes


def work(settings: Settings, lane: Sequence[int]) -> list[Outcome]:
    """Processes the submissions of a lane batch by batch. Raises IngestError at the end when the program failed on one."""
    outcomes: list[Outcome] = []
    failures: list[IngestError] = []
    with connect(settings) as connection:
        for start in range(0, len(lane), claims.MOST):
            try:
                outcomes += ingest.process(settings, lane[start : start + claims.MOST], connection)
            except IngestError as error:
                outcomes += error.outcomes
                failures.append(error)
    if failures:
        raise failures[0]
    return outcomes
