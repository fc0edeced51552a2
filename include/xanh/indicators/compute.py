"""Computes indicators from the current best observations, in SQL, and publishes what has changed if it passes its gate.

Set-based: a handful of statements over all indicators at once, each in include/sql/indicators and each building one
table of the session. Incremental: only indicators and periods that a changed cell touches are computed, and only results
that differ from the published ones are written, with their history. Computing everything again gives identical rows.
Years that hold many observations are computed one after the other, so that no table of the session grows with the
history (docs/decisions/0091).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from xanh.database.warehouse import sql
from xanh.faults import reach
from xanh.indicators.definitions import copy_definitions
from xanh.loading.stamp import judge_hash

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.settings import Settings
    from xanh.validation.suites import Failure

log = logging.getLogger(__name__)

FIRST = (
    "touched", "take_changes", "period", "asked", "place", "ancestor", "area_map", "baseline", "outdated", "fresh", "link",
)  # fmt: skip
"""Statements that say what is to be computed, once a computation; `fresh`, `link` and `outdated` collect what is to change."""
STEPS = (
    "scope", "need", "source", "term", "cell", "tangle", "fit", "tile", "gathered", "pattern", "span_list", "unit", "suspect",
    "part", "shadow", "bundle", "located", "series", "spread", "summed", "measure_share", "covered", "result",
    "standing",
)  # fmt: skip
"""Statements of include/sql/indicators in their order, for one stretch of years after the other.

Each statement of FIRST and STEPS but take_changes builds the table of its name.
"""
KEPT = ("add_baseline", "keep_held", "add_outdated", "add_fresh", "add_links")
"""What is kept of a stretch of years."""
TABLES = (*(step for step in FIRST if step != "take_changes"), *STEPS)
WORK_MEMORY = "64MB"
"""What one sort of a computation may hold before it goes to disk; a hash four times as much."""
SESSION = {"work_mem": WORK_MEMORY, "jit": "off", "default_statistics_target": "10", "hash_mem_multiplier": "4"}
PLANNER = {
    "tangle": {"enable_nestloop": "off", "enable_mergejoin": "off", "enable_sort": "off"},
    "result": {"enable_nestloop": "on", "enable_sort": "on"},
    "add_values": {"enable_nestloop": "off"},
}
"""What the planner may do from a step on: among the tables of the session, where it takes large ones for small, it hashes."""
STRETCH = 128 * 1024 * 1024
"""Years are computed together while their observations, past ones included, take no more bytes than this: some 350,000."""
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
    """
    with connection.transaction() as work:
        connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        reach("compute.locked")
        is_new = copy_definitions(connection, catalog)
        run = _prepare(connection, settings, periods, everything or is_new)
        for years in _stretches(connection):
            _calculate(connection, run, years)
            objections = _objections(connection, settings)
            run.refusals += [o.reason for o in objections if not o.held]
            run.objections += objections
            _keep(connection, run, objections)
        reach("compute.calculated")
        if not run.refusals:
            return _publish(connection, run)
        work.force_rollback = True
    return _refuse(connection, run)


@dataclass
class _Run:
    """A computation under way: what it counted so far, and what its gate objected to."""

    run_id: int
    judged_by: str
    """Which program and suites judge its results."""
    wanted: Mapping[str, object]
    """Parameters of the statements that say what is to be computed."""
    scope_count: int = 0
    result_count: int = 0
    last_number: int = 0
    """That of a result: each has another one in all stretches of years."""
    objections: list[_Objection] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def _prepare(connection: Connection[Any], settings: Settings, periods: Sequence[str] | None, everything: bool) -> _Run:
    """Says what is to be computed, in tables of the session."""
    _drop(connection, TABLES)
    _set(connection, SESSION)
    judge = judge_hash(settings.expectations)
    wanted = {"periods": list(periods) if periods else None, "everything": everything, "judged_by": judge}
    run = _Run(_record(connection, judge), judge, wanted)
    for step in FIRST:
        _build(connection, step, run.wanted)
    run.scope_count = _count(connection, "asked")
    return run


def _stretches(connection: Connection[Any]) -> list[list[int]]:
    """The years in which something is to be computed, as many together as may lie in the tables of the session at once."""
    stretches: list[list[int]] = []
    room = 0
    for year, size in connection.execute(sql("indicators/years")).fetchall():
        if not stretches or size > room:
            stretches.append([])
            room = STRETCH
        stretches[-1].append(year)
        room -= size
    return stretches


def _calculate(connection: Connection[Any], run: _Run, years: Sequence[int]) -> None:
    """Fills the tables of the session up to `standing` for some years."""
    _drop(connection, STEPS)
    parameters: dict[str, object] = {"years": years, "last_number": run.last_number}
    for step in STEPS:
        _set(connection, PLANNER.get(step, {}))
        if step == "cell":
            days = connection.execute(sql("indicators/source_days")).fetchone()
            parameters["first_day"], parameters["last_day"] = days or (None, None)
        _build(connection, step, parameters)
    run.result_count += _count(connection, "result")
    run.last_number += _count(connection, "summed")


def _build(connection: Connection[Any], step: str, parameters: Mapping[str, object]) -> None:
    connection.execute(sql(f"indicators/{step}"), parameters)
    if step in TABLES:
        _analyze(connection, step)


def _analyze(connection: Connection[Any], table: str) -> None:
    connection.execute(SQL("analyze {}").format(Identifier("pg_temp", table)))


def _set(connection: Connection[Any], settings: Mapping[str, str]) -> None:
    """For this transaction."""
    for name, value in settings.items():
        connection.execute("select set_config(%s, %s, true)", [name, value])


def _count(connection: Connection[Any], table: str) -> int:
    row = connection.execute(SQL("select count(*) from {}").format(Identifier("pg_temp", table))).fetchone()
    return int(row[0]) if row else 0


def _drop(connection: Connection[Any], tables: Sequence[str]) -> None:
    names = SQL(", ").join(Identifier("pg_temp", table) for table in tables)
    connection.execute(SQL("drop table if exists {}").format(names))


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


def _keep(connection: Connection[Any], run: _Run, objections: Sequence[_Objection]) -> None:
    """Notes what has to change in some years, but for what the gate holds back."""
    connection.execute(sql("indicators/release"))
    for objection in objections:
        for indicator, period in sorted(objection.held):
            held = {"indicator": indicator, "period": period, "run_id": run.run_id, "reason": objection.reason}
            connection.execute(sql("indicators/hold_back"), held)
    for step in KEPT:
        _build(connection, step, {})


def _publish(connection: Connection[Any], run: _Run) -> Computed:
    state = "partly" if run.objections else "published"
    reason = "; ".join(o.reason for o in run.objections) or None
    for table in ("outdated", "fresh", "link"):
        _analyze(connection, table)
    moment = connection.execute("select ops.next_moment()").fetchone()
    parameters = {"run_id": run.run_id, "moment": moment[0] if moment else None}
    closed = connection.execute(sql("indicators/close_values"), parameters).rowcount
    _set(connection, PLANNER["add_values"])
    added = connection.execute(sql("indicators/add_values"), parameters).fetchone()
    changed = int(added[0]) if added else 0
    counts = {"scope_count": run.scope_count, "result_count": run.result_count, "changed": changed, "closed": closed}
    connection.execute(sql("indicators/finish_run"), {"run_id": run.run_id, "state": state, "reason": reason, **counts})
    _drop(connection, TABLES)
    reach("compute.commit")
    log.log(logging.WARNING if reason else logging.INFO, "indicators %s: %s changed %s", state, changed, reason or "")
    return Computed(state, run.scope_count, run.result_count, changed, closed, reason)


def _refuse(connection: Connection[Any], run: _Run) -> Computed:
    reason = "; ".join(run.refusals)
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
