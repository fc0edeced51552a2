"""Figures of the flow for StatsD or OpenTelemetry, where Airflow's `[metrics]` section switches one on.

The figures are those of the ledger (include/sql/monitor): gauges say how things stand, counters and timings what a task did.
Labels are parts of the names (`xanh.submissions.accepted`), so that plain StatsD can tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from airflow.sdk.observability import stats

from xanh.database.warehouse import connect, sql
from xanh.settings import Settings


def show_state(settings: Settings) -> int:
    """Sets a gauge for each figure of `xanh metrics`; how many."""
    with connect(settings) as connection:
        rows = connection.execute(sql("monitor/metrics"), {"now": datetime.now(UTC)}).fetchall()
    for name, label, value in rows:
        stats.gauge(_name(name, label), float(value))
    return len(rows)


def count_processed(settings: Settings, submission_ids: Sequence[int]) -> None:
    """Counts verdicts and findings of submissions that have just ended, and times each from drop to feedback."""
    with connect(settings) as connection:
        rows = connection.execute(sql("monitor/processed"), {"submission_ids": list(submission_ids)}).fetchall()
    for name, label, value in rows:
        if name == "drop_to_feedback":
            stats.timing(_name(name, label), timedelta(seconds=float(value)))
        else:
            stats.incr(_name(name, label), int(value))


def _name(name: str, label: str) -> str:
    return stats.normalize_name_for_stats(f"xanh.{name}.{label}" if label else f"xanh.{name}", log_warning=False)
