"""What one run of the scheduler takes up: it waits for files, shares them out over lanes, and works a lane to its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, groupby
from typing import Any

import psycopg

from xanh.arrival.receive import receive
from xanh.arrival.share import LocalShare
from xanh.catalog import Catalog
from xanh.database.warehouse import Connection, connect, sql
from xanh.faults import reach
from xanh.loading import claims
from xanh.loading.outcomes import IngestError, Interrupted, Outcome
from xanh.loading.process import process
from xanh.settings import Settings

PATIENCE_SECONDS = 6.0
"""For so long a look at the folders waits for a file that only has to be left alone a little longer."""
LOOK_SECONDS = 2.5
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
    with LocalShare(settings.drop, settings.archive, settings.limits) as share:
        while True:
            receive(settings, catalog, connection, patience_seconds=PATIENCE_SECONDS, leaves_floods=True, share=share)
            reach("look.received")
            connection.execute(sql("monitor/beat"), {"name": "scan", "now": datetime.now(UTC)})
            found = waiting(connection, settings.limits.lanes)
            reach("look.shared")
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


def waiting(connection: Connection, most: int) -> list[list[int]]:
    """What is not done and held by nobody, in at most so many lanes."""
    return share_out(claims.waiting_by_department(connection), most)


def share_out(by_department: Sequence[Sequence[int]], most: int) -> list[list[int]]:
    """At most `most` lanes of about equal length; a department is never in two of them and keeps its order."""
    queues = sorted((list(ids[: BATCHES_A_LANE * claims.MOST]) for ids in by_department), key=len, reverse=True)
    wanted = -(-sum(map(len, queues)) // FILES_A_LANE)
    lanes: list[list[int]] = [[] for _ in range(min(most, wanted, len(queues)))]
    for ids in queues:
        min(lanes, key=len).extend(ids)
    return lanes


def work(settings: Settings, lane: Sequence[int], lanes: Sequence[Sequence[int]] = ()) -> Iterator[Sequence[Outcome]]:
    """Processes the submissions of a lane batch by batch, then of the other `lanes` of the run what nobody has begun; what became
    of each batch.

    Raises IngestError at the end when the program failed on one, and Interrupted at once when the database refused.
    """
    failures: list[IngestError] = []
    with connect(settings) as connection:
        for batch in chain(_batches(lane), _taken_over(connection, lanes)):
            try:
                yield process(settings, batch, connection)
            except IngestError as error:
                yield error.outcomes
                failures.append(error)
            except Interrupted as error:
                yield error.outcomes
                raise
    if failures:
        raise failures[0]


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), claims.MOST):
        yield ids[start : start + claims.MOST]


def _taken_over(connection: Connection, lanes: Sequence[Sequence[int]]) -> Iterator[Sequence[int]]:
    """Whole departments from the end of the lane that has most to do, half of it at most or a batch, each asked for once.

    Whoever works that lane comes to them last, and passes over what it finds taken: claims keep the order.
    """
    asked: set[int] = set()
    while True:
        fresh = claims.untouched(connection, [each for lane in lanes for each in lane if each not in asked])
        longest = max(([each for each in lane if each in fresh] for lane in lanes), key=len, default=[])
        if not longest:
            return
        queues = [list(ids) for _, ids in groupby(longest, fresh.__getitem__)]
        taken: list[int] = []
        while queues and (not taken or len(taken) + len(queues[-1]) <= min(claims.MOST, len(longest) // 2)):
            taken += queues.pop()
        asked.update(taken)
        reach("lane.taken_over")
        yield from _batches(taken)
