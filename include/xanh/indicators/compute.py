"""Computes indicators from the current best observations, in SQL, and publishes what has changed if it passes its gate.

Set-based: a handful of statements over all indicators at once, each in include/sql/indicators and each building one
table of the session. Incremental: only indicators and periods that a changed cell touches are computed, and only results
that differ from the published ones are written, with their history. Computing everything again gives identical rows.
Years that hold many observations are computed by themselves, so that no table of a session grows with the history
(docs/decisions/0091), and several at a time (docs/decisions/0127).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.pq import TransactionStatus

from xanh.database.warehouse import sql
from xanh.faults import reach
from xanh.indicators.abreast import calculate_all
from xanh.indicators.definitions import copy_definitions
from xanh.indicators.gate import Objection
from xanh.indicators.session import COLLECTED, FIRST, PLANNER, SETTINGS, TABLES, Session
from xanh.indicators.stretches import calculate, stretches
from xanh.loading.stamp import judge_hash

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.settings import Settings

log = logging.getLogger(__name__)
LOCK = 0x58414E48
"""Advisory lock: one computation at a time."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What a computation did: `published`, `partly` or `refused`; `reason` says what was held back and why."""

    state: str
    scope_count: int
    """Pairs of indicator and period that were computed."""
    result_count: int
    changed_count: int
    """Results that are new or differ from the published ones."""
    closed_count: int
    reason: str | None = None


def compute(
    connection: Connection[Any],
    catalog: Catalog,
    settings: Settings,
    periods: Sequence[str] | None = None,
    everything: bool = False,
) -> Computed:
    """Brings core.indicator_value up to the observations: what changed, or some `periods`, or `everything`.

    One transaction. Where the suite of indicators finds something critical, the indicator keeps its last published state
    for that period (state `partly`, ops.held_back) until an observation behind it changes, or the program or the suites
    that judge it. A failure that concerns no single result refuses everything. The reason is always written to
    ops.compute_run.

    Many years are computed several at a time, but inside a transaction of the caller: nobody else sees what stands in that.
    """
    is_outermost = connection.info.transaction_status == TransactionStatus.IDLE
    at_a_time = settings.limits.compute_sessions if is_outermost else 1
    with connection.transaction() as work:
        connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        reach("compute.locked")
        is_new = copy_definitions(connection, catalog)
        run = _prepare(connection, settings, periods, everything or is_new)
        first, others = stretches(connection, settings.limits.compute_bytes)
        done = [calculate(run.session, settings.expectations, years) for years in first]
        done += calculate_all(run.session, settings.expectations, others, at_a_time)
        run.result_count = sum(each.result_count for each in done)
        run.objections = [objection for each in done for objection in each.objections]
        reach("compute.calculated")
        if all(objection.held for objection in run.objections):
            return _publish(run)
        work.force_rollback = True
    return _refuse(run)


@dataclass
class _Run:
    """A computation under way: what it counted, and what its gate objected to."""

    session: Session
    run_id: int
    judged_by: str
    """Which program and suites judge its results."""
    scope_count: int = 0
    result_count: int = 0
    objections: list[Objection] = field(default_factory=list)


def _prepare(connection: Connection[Any], settings: Settings, periods: Sequence[str] | None, everything: bool) -> _Run:
    """Says what is to be computed, in tables of the session."""
    session = Session(connection)
    session.drop(TABLES)
    session.allow(SETTINGS)
    judge = judge_hash(settings.expectations)
    wanted = {"periods": list(periods) if periods else None, "everything": everything, "judged_by": judge}
    run = _Run(session, _record(connection, judge), judge)
    for step in FIRST:
        session.build(step, wanted)
    run.scope_count = session.count("asked")
    return run


def _publish(run: _Run) -> Computed:
    session, connection = run.session, run.session.connection
    state = "partly" if run.objections else "published"
    reason = "; ".join(each.reason for each in run.objections) or None
    for objection in run.objections:
        for indicator, period in sorted(objection.held):
            held = {"indicator": indicator, "period": period, "run_id": run.run_id, "reason": objection.reason}
            connection.execute(sql("indicators/hold_back"), held)
    for table in COLLECTED:
        session.analyze(table)
    moment = connection.execute("select ops.next_moment()").fetchone()
    parameters = {"run_id": run.run_id, "moment": moment[0] if moment else None}
    closed = connection.execute(sql("indicators/close_values"), parameters).rowcount
    session.allow(PLANNER["add_values"])
    added = connection.execute(sql("indicators/add_values"), parameters).fetchone()
    changed = int(added[0]) if added else 0
    counts = {"scope_count": run.scope_count, "result_count": run.result_count, "changed": changed, "closed": closed}
    connection.execute(sql("indicators/finish_run"), {"run_id": run.run_id, "state": state, "reason": reason, **counts})
    session.drop(TABLES)
    reach("compute.commit")
    log.log(logging.WARNING if reason else logging.INFO, "indicators %s: %s changed %s", state, changed, reason or "")
    return Computed(state, run.scope_count, run.result_count, changed, closed, reason)


def _refuse(run: _Run) -> Computed:
    reason = "; ".join(each.reason for each in run.objections if not each.held)
    connection = run.session.connection
    with connection.transaction():
        _record(connection, run.judged_by, "refused", reason, run.scope_count, run.result_count)
    log.error("indicators are not published, the last state stays: %s", reason)
    return Computed("refused", run.scope_count, run.result_count, 0, 0, reason)


def _record(
    connection: Connection[Any],
    judged_by: str,
    state: str = "published",
    reason: str | None = None,
    scope_count: int = 0,
    result_count: int = 0,
) -> int:
    parameters = {"state": state, "reason": reason, "scope_count": scope_count, "result_count": result_count}
    parameters["judged_by"] = judged_by
    row = connection.execute(sql("indicators/record_run"), parameters).fetchone()
    return int(row[0]) if row else 0
