"""Several stretches of years at the same time: each in a session of its own, all of them on the same state of the warehouse.

Sessions beside the one that publishes only read (docs/decisions/0127). What they find goes into its tables, so that it
still publishes everything together or nothing.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.sql import SQL, Composable, Identifier, Literal

from xanh.faults import reach
from xanh.indicators.session import COLLECTED, SETTINGS, Session
from xanh.indicators.stretches import Calculated, Years, calculate

_log = logging.getLogger(__name__)
DEFINITIONS = (
    "geography", "indicator", "indicator_component", "indicator_item_area", "indicator_sector", "indicator_sender",
    "indicator_target", "indicator_unit", "indicator_weight", "plan",
)  # fmt: skip
"""Tables of core that a computation may have brought up to the catalogue a moment ago, which nobody else sees yet."""
GIVEN = (*DEFINITIONS, "period", "asked", "place", "ancestor", "area_map", "baseline")
"""What a session beside is handed over; the rest of what it reads stands in READ."""
READ = SQL("lock table core.observation, core.indicator_value in access share mode")
UNSEEN = {"search_path": "public"}
"""Where a definition was not handed over, there is none: that of core may be an older one."""
NUMBERS = 1 << 40
"""Results of a session beside are numbered from a multiple of this on."""


def calculate_all(session: Session, expectations: Path, waiting: Sequence[Years], at_a_time: int) -> list[Calculated]:
    """Works out the indicators of stretches of years that do not need one another: at most so many at a time, in this session and in
    others beside it, and no more than there are processors.

    Afterwards everything that has to change is in the tables of this session. Raises what fails in any of them, when the
    others have been told to stop.
    """
    count = min(at_a_time, len(os.sched_getaffinity(0)), len(waiting))
    if count < 2:
        return [calculate(session, expectations, years) for years in waiting]
    left = deque(waiting)
    done: list[Calculated] = []

    def work(by: Session) -> None:
        try:
            while years := _next(left):
                done.append(calculate(by, expectations, years))
        finally:
            left.clear()  # where one fails, nobody begins another

    with ExitStack() as ending:
        helpers = _helpers(ending, session, count - 1)
        reach("compute.abreast")
        with ThreadPoolExecutor(count, "compute") as threads:
            running = [threads.submit(work, helper) for helper in helpers]
            try:
                work(session)
                for each in running:
                    each.result()
            finally:
                _stop(helpers, running)
        for helper in helpers:
            for table in COLLECTED:
                _hand_over(table, helper.connection, session.connection)
    return sorted(done, key=lambda each: list(each.years))


def _stop(helpers: Sequence[Session], running: Sequence[Future[None]]) -> None:
    """Cancels what the others are at, until they are at nothing: between two statements there is nothing to cancel."""
    while wait(running, timeout=0.1).not_done:
        for helper in helpers:
            with suppress(psycopg.OperationalError):  # a server that is gone ends them too
                helper.connection.cancel_safe()


def _next(left: deque[Years]) -> Years | None:
    try:
        return left.popleft()
    except IndexError:
        return None


def _helpers(ending: ExitStack, session: Session, count: int) -> list[Session]:
    """Sessions beside this one, as many as can be had: without any it does all by itself."""
    helpers: list[Session] = []
    session.connection.execute(READ)
    [(snapshot,)] = session.connection.execute("select pg_export_snapshot()").fetchall()
    for number in range(1, count + 1):
        try:
            connection = ending.enter_context(_beside(session.connection, snapshot))
        except psycopg.OperationalError as error:
            _log.warning("years are computed in %s sessions instead of %s: %s", number, count + 1, error)
            break
        helper = Session(connection, number * NUMBERS)
        helper.allow(SETTINGS | UNSEEN)
        for table in GIVEN:
            columns = _columns(session.connection, table)
            connection.execute(SQL("create temporary table {} ({})").format(Identifier(table), columns))
            _hand_over(table, session.connection, connection)
            helper.analyze(table)
        for table in COLLECTED:
            helper.build(table)
        helpers.append(helper)
    return helpers


@contextmanager
def _beside(connection: Connection[Any], snapshot: str) -> Iterator[Connection[Any]]:
    """Another connection to the same database, which sees what was committed at the moment of the snapshot.

    It does not wait for a lock: who holds it may wait for the first one, which waits for this.
    """
    info = connection.info
    with closing(psycopg.connect(info.dsn, password=info.password)) as other:
        other.isolation_level = IsolationLevel.REPEATABLE_READ
        other.execute(SQL("set transaction snapshot {}").format(Literal(snapshot)))
        other.execute(READ + SQL(" nowait"))
        yield other


def _columns(connection: Connection[Any], table: str) -> Composable:
    rows = connection.execute(
        "select attname, format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum",
        [table],
    )
    return SQL(", ").join(SQL("{} {}").format(Identifier(name), SQL(kind)) for name, kind in rows)


def _hand_over(table: str, source: Connection[Any], target: Connection[Any]) -> None:
    """Copies all rows of a table that both sessions have."""
    with (
        source.cursor().copy(SQL("copy {} to stdout (format binary)").format(Identifier(table))) as rows,
        target.cursor().copy(SQL("copy {} from stdin (format binary)").format(Identifier(table))) as taken,
    ):
        for part in rows:
            taken.write(part)
