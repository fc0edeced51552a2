"""What a connection needs before submissions are loaded on it: its own tables, and how its statements are planned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xanh.database.warehouse import Connection, sql

if TYPE_CHECKING:
    from xanh.model import Reading

MOST_PLANNED_ONCE = 2000
"""Observations up to which a plan that was made for another submission does."""


def prepare(connection: Connection) -> None:
    """Creates the session's tables in which loads are worked out and held against the past, or empties large ones."""
    with connection.transaction():
        connection.execute(sql("load/tables"), prepare=False)
        connection.execute(sql("history/tables"), prepare=False)


def plan_once(connection: Connection) -> None:
    """Lets the session plan each statement once a batch instead of once a submission: see decision 0106.

    No plan may rest on how little there was when it was made, so tables are asked by their indexes only.
    """
    connection.prepare_threshold = 0
    with connection.pipeline():
        connection.execute("discard plans")
        connection.execute("set plan_cache_mode = force_generic_plan")
        connection.execute("set enable_seqscan = off")
        connection.execute("set enable_mergejoin = off")
    connection.commit()


@contextmanager
def planned_for(connection: Connection, reading: Reading | None) -> Iterator[None]:
    """While inside, statements are planned for a large reading itself, by its size."""
    usual = connection.prepare_threshold
    if reading is not None and len(reading.observations) > MOST_PLANNED_ONCE:
        connection.prepare_threshold = None
    try:
        yield
    finally:
        connection.prepare_threshold = usual
