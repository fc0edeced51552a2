"""Lineage events of a task, as children of its run.

With Airflow's own OpenLineage provider switched on (`[openlineage] transport`), the parent has the identity under which the
provider tells about the task; otherwise one of the same shape that stays the same for a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from airflow.sdk import get_current_context

from xanh.database.warehouse import connect
from xanh.settings import Settings
from xanh.tracing import emit, lineage_events
from xanh.tracing.lineage_events import NAMESPACE, Parent, Span

if TYPE_CHECKING:
    from openlineage.client.event_v2 import RunEvent


def tell_submissions(settings: Settings, submission_ids: Sequence[int]) -> None:
    """Tells what became of each submission."""
    if submission_ids:
        _tell(settings, lambda connection, parent: lineage_events.of_submissions(connection, submission_ids, parent))


def tell_computation(settings: Settings, started_at: datetime, count: int) -> None:
    """Tells that indicators were computed, and how many results were written; nothing when none was."""
    span = Span(started_at.isoformat(), started_at, datetime.now(UTC), count)
    if count:
        _tell(settings, lambda connection, parent: lineage_events.of_computation(connection, span, parent))


def tell_publication(settings: Settings, folder: str, started_at: datetime, count: int) -> None:
    """Tells that a publication was written: its folder and its files."""
    span = Span(folder, started_at, datetime.now(UTC), count)
    _tell(settings, lambda connection, parent: lineage_events.of_publication(connection, span, parent))


def _tell(settings: Settings, make: Callable[[Any, Parent], Iterator[RunEvent]]) -> None:
    if not emit.is_on(settings):
        return
    with connect(settings) as connection:
        emit.emit(settings, make(connection, _parent()))


def _parent() -> Parent:
    """The running task."""
    from airflow.providers.openlineage import conf

    task = get_current_context()["ti"]
    if not conf.is_disabled():
        from airflow.providers.openlineage.plugins import macros

        names = (conf.namespace(), macros.lineage_job_name(task), macros.lineage_run_id(task))
        return Parent(*names, macros.lineage_root_job_name(task), macros.lineage_root_run_id(task))
    run = f"{NAMESPACE}/{task.dag_id}/{task.run_id}"
    of_task = f"{run}/{task.task_id}/{task.map_index}/{task.try_number}"
    return Parent(NAMESPACE, f"{task.dag_id}.{task.task_id}", _uuid(of_task), task.dag_id, _uuid(run))


def _uuid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))
