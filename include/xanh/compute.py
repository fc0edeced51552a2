"""Computes indicators from the current best observations, in SQL, and publishes what has changed if it passes its gate.

Set-based: a handful of statements over all indicators at once, each in include/sql/indicators and each building one table
of the session. Incremental: only indicators and periods that a changed cell touches are computed, and only results that
differ from the published ones are written, with their history. Computing everything again gives identical rows.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import Connection, Rollback
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from xanh.definitions import copy_definitions
from xanh.warehouse import sql

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.settings import Settings
    from xanh.suites import Failure

log = logging.getLogger(__name__)

STEPS = (
    "touched", "take_changes", "period", "scope", "need", "cell", "tile", "ancestor", "area_map", "shadow", "part",
    "spread", "result_key", "summed", "link", "covered", "result",
)  # fmt: skip
"""Statements of include/sql/indicators in the order in which they run; each but take_changes builds the table of its name."""
TABLES = tuple(step for step in STEPS if step != "take_changes")
INDEXED = ("cell", "tile")
LOCK = 0x58414E48
"""Advisory lock: one computation at a time."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What a computation did. `reason` says why nothing was published when `state` is `refused`."""

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

    One transaction. When the suite of indicators finds something critical, nothing is published, the queue of changed cells
    stays as it was, and the reason is written to ops.compute_run.
    """
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        is_new = copy_definitions(connection, catalog)
        scope_count, result_count = _calculate(connection, periods, everything or is_new)
        reason = _objection(connection, settings)
        if reason is None:
            return _publish(connection, scope_count, result_count)
        raise Rollback
    return _refuse(connection, reason, scope_count, result_count)


def _calculate(connection: Connection[Any], periods: Sequence[str] | None, everything: bool) -> tuple[int, int]:
    """Fills the tables of the session up to `result`."""
    _drop(connection)
    parameters = {"periods": list(periods) if periods else None, "everything": everything}
    for step in STEPS:
        connection.execute(sql(f"indicators/{step}"), parameters)
        if step in INDEXED:
            connection.execute(sql(f"indicators/{step}_index"))
        if step in TABLES:
            connection.execute(SQL("analyze {}").format(Identifier("pg_temp", step)))
    return _count(connection, "scope"), _count(connection, "result")


def _count(connection: Connection[Any], table: str) -> int:
    row = connection.execute(SQL("select count(*) from {}").format(Identifier("pg_temp", table))).fetchone()
    return int(row[0]) if row else 0


def _drop(connection: Connection[Any]) -> None:
    for table in TABLES:
        connection.execute(SQL("drop table if exists {}").format(Identifier("pg_temp", table)))


def _objection(connection: Connection[Any], settings: Settings) -> str | None:
    """Why the suite of indicators does not let the results through, or None."""
    with connection.cursor(row_factory=dict_row) as cursor:
        frame = cursor.execute(sql("indicators/frame")).fetchall()
    if not frame:
        return None
    from xanh import suites

    suite = suites.read_suites(settings.expectations)["indicators"]
    failures = [f for f in suites.run(suite, frame) if f.check.severity == "critical"]
    return "; ".join(_sentence(failure, frame) for failure in failures) or None


def _sentence(failure: Failure, frame: Sequence[Mapping[str, Any]]) -> str:
    places = [
        "{indicator_code} {series_code} {area_code} {period} = {value}".format(**frame[row]) for row in failure.rows[:3]
    ]
    more = f" and {len(failure.rows) - 3} more" if len(failure.rows) > 3 else ""
    return f"{failure.check.rule} ({failure.check.check}): {', '.join(places)}{more}"


def _publish(connection: Connection[Any], scope_count: int, result_count: int) -> Computed:
    run_id = _record(connection, "published", None, scope_count, result_count)
    moment = connection.execute("select ops.next_moment()").fetchone()
    parameters = {"run_id": run_id, "moment": moment[0] if moment else None}
    closed = connection.execute(sql("indicators/close_values"), parameters).rowcount
    added = connection.execute(sql("indicators/add_values"), parameters).fetchone()
    changed = int(added[0]) if added else 0
    connection.execute(sql("indicators/finish_run"), {"run_id": run_id, "changed": changed, "closed": closed})
    _drop(connection)
    log.info("indicators: %s results, %s changed, %s closed", result_count, changed, closed)
    return Computed("published", scope_count, result_count, changed, closed)


def _refuse(connection: Connection[Any], reason: str, scope_count: int, result_count: int) -> Computed:
    with connection.transaction():
        _record(connection, "refused", reason, scope_count, result_count)
    log.error("indicators are not published, the last state stays: %s", reason)
    return Computed("refused", scope_count, result_count, 0, 0, reason)


def _record(
    connection: Connection[Any], state: str, reason: str | None, scope_count: int, result_count: int
) -> int:
    row = connection.execute(
        sql("indicators/record_run"),
        {"state": state, "reason": reason, "scope_count": scope_count, "result_count": result_count},
    ).fetchone()
    return int(row[0]) if row else 0
