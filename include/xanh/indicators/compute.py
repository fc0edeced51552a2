"""Computes indicators from the current best observations, in SQL, and publishes what has changed if it passes its gate.

Set-based: a handful of statements over all indicators at once, each in include/sql/indicators and each building one
table of the session. Incremental: only indicators and periods that a changed cell touches are computed, and only results
that differ from the published ones are written, with their history. Computing everything again gives identical rows.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from xanh.database.warehouse import sql
from xanh.faults import reach
from xanh.indicators.definitions import copy_definitions

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.settings import Settings
    from xanh.validation.suites import Failure

log = logging.getLogger(__name__)

STEPS = (
    "touched", "take_changes", "period", "scope", "need", "source", "term", "place", "ancestor", "area_map", "cell", "tile",
    "part", "shadow", "bundle", "located", "series", "spread", "summed", "measure_share", "covered", "result",
)  # fmt: skip
"""Statements of include/sql/indicators in their order; each but take_changes builds the table of its name."""
TABLES = (*(step for step in STEPS if step != "take_changes"), "link")
"""The tables of the session; `link` comes last, when it is known which results are new."""
WORK_MEMORY = "64MB"
"""What one sort or hash of a computation may hold before it goes to disk."""
SESSION = {"work_mem": WORK_MEMORY, "jit": "off", "default_statistics_target": "20"}
LOOPS = {"tile": "off", "result": "on"}
"""From which step on the planner may look up row by row: among the tables of the session it takes large ones for small."""
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
    for that period (state `partly`, ops.held_back) and is computed again next time. A failure that concerns no single
    result refuses everything. The reason is always written to ops.compute_run.
    """
    with connection.transaction() as work:
        connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        reach("compute.locked")
        is_new = copy_definitions(connection, catalog)
        counts = _calculate(connection, periods, everything or is_new)
        reach("compute.calculated")
        objections = _objections(connection, settings)
        refusals = [o.reason for o in objections if not o.held]
        if not refusals:
            return _publish(connection, counts, objections)
        work.force_rollback = True
    return _refuse(connection, "; ".join(refusals), counts)


def _calculate(connection: Connection[Any], periods: Sequence[str] | None, everything: bool) -> tuple[int, int]:
    """Fills the tables of the session up to `result`."""
    _drop(connection)
    for name, value in SESSION.items():
        connection.execute("select set_config(%s, %s, true)", [name, value])
    parameters: dict[str, Any] = {"periods": list(periods) if periods else None, "everything": everything}
    for step in STEPS:
        if step in LOOPS:
            connection.execute("select set_config('enable_nestloop', %s, true)", [LOOPS[step]])
        if step == "cell":
            row = connection.execute(sql("indicators/source_days")).fetchone()
            parameters["first_day"], parameters["last_day"] = row or (None, None)
        connection.execute(sql(f"indicators/{step}"), parameters)
        if step in TABLES:
            _analyze(connection, step)
    return _count(connection, "scope"), _count(connection, "result")


def _analyze(connection: Connection[Any], table: str) -> None:
    connection.execute(SQL("analyze {}").format(Identifier("pg_temp", table)))


def _count(connection: Connection[Any], table: str) -> int:
    row = connection.execute(SQL("select count(*) from {}").format(Identifier("pg_temp", table))).fetchone()
    return int(row[0]) if row else 0


def _drop(connection: Connection[Any]) -> None:
    for table in TABLES:
        connection.execute(SQL("drop table if exists {}").format(Identifier("pg_temp", table)))


@dataclass(frozen=True, slots=True)
class _Objection:
    """A critical failure of the suite, and the indicators and periods it concerns; none when it concerns everything."""

    reason: str
    held: frozenset[tuple[str, str]]


def _objections(connection: Connection[Any], settings: Settings) -> list[_Objection]:
    with connection.cursor(row_factory=dict_row) as cursor:
        frame = cursor.execute(sql("indicators/frame")).fetchall()
    if not frame:
        return []
    from xanh.validation import engine, suites
    from xanh.validation.derive import derive

    suite = suites.read_suites(settings.expectations)["indicators"]
    rows = derive(frame, suite.derived, {})
    return [_objection(f, frame) for f in engine.run(suite, rows) if f.check.severity == "critical"]


def _objection(failure: Failure, frame: Sequence[Mapping[str, Any]]) -> _Objection:
    rows = [frame[row] for row in failure.rows]
    places = ["{indicator_code} {series_code} {area_code} {period} = {value}".format(**row) for row in rows[:3]]
    more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    held = frozenset((row["indicator_code"], row["period"]) for row in rows)
    return _Objection(f"{failure.check.rule} ({failure.check.check}): {', '.join(places)}{more}", held)


def _publish(connection: Connection[Any], counts: tuple[int, int], objections: Sequence[_Objection]) -> Computed:
    state = "partly" if objections else "published"
    reason = "; ".join(o.reason for o in objections) or None
    run_id = _record(connection, state, reason, counts)
    connection.execute(sql("indicators/release"))
    for objection in objections:
        for indicator, period in sorted(objection.held):
            held = {"indicator": indicator, "period": period, "run_id": run_id, "reason": objection.reason}
            connection.execute(sql("indicators/hold_back"), held)
    connection.execute(sql("indicators/keep_held"))
    moment = connection.execute("select ops.next_moment()").fetchone()
    parameters = {"run_id": run_id, "moment": moment[0] if moment else None}
    closed = connection.execute(sql("indicators/close_values"), parameters).rowcount
    connection.execute(sql("indicators/link"))
    _analyze(connection, "link")
    added = connection.execute(sql("indicators/add_values"), parameters).fetchone()
    changed = int(added[0]) if added else 0
    connection.execute(sql("indicators/finish_run"), {"run_id": run_id, "changed": changed, "closed": closed})
    _drop(connection)
    reach("compute.commit")
    log.log(logging.WARNING if reason else logging.INFO, "indicators %s: %s changed %s", state, changed, reason or "")
    return Computed(state, *counts, changed, closed, reason)


def _refuse(connection: Connection[Any], reason: str, counts: tuple[int, int]) -> Computed:
    with connection.transaction():
        _record(connection, "refused", reason, counts)
    log.error("indicators are not published, the last state stays: %s", reason)
    return Computed("refused", *counts, 0, 0, reason)


def _record(connection: Connection[Any], state: str, reason: str | None, counts: tuple[int, int]) -> int:
    parameters = {"state": state, "reason": reason, "scope_count": counts[0], "result_count": counts[1]}
    row = connection.execute(sql("indicators/record_run"), parameters).fetchone()
    return int(row[0]) if row else 0
