"""Takes everything that waits: out of the drop folders, then from the archive to its end."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from xanh import faults
from xanh.catalog import load_catalog
from xanh.database.warehouse import connect
from xanh.loading import beside, claims, lanes

if TYPE_CHECKING:
    from xanh.loading.outcomes import Outcome
    from xanh.settings import Settings

PATIENCE_SECONDS = 20.0
"""For so long the command waits for files that only have to be left alone a little longer."""


def run(
    settings: Settings,
    report: Callable[[Outcome], None] = lambda _: None,
    expect: Callable[[int], None] = lambda _: None,
) -> list[Outcome]:
    """Everything that waits in the drop folders and the ledger now, until nothing is left: in this process and, where there is much, in
    others beside it, as many as there are processors and at most `limits.lanes`.

    `expect` is told how many submissions wait when all are received, `report` what became of each. Raises IngestError like
    process, when everything else is done.
    """
    from xanh.arrival.receive import receive

    outcomes: list[Outcome] = []

    def tell(done: Sequence[Outcome]) -> None:
        for outcome in done:
            report(outcome)
            outcomes.append(outcome)

    catalog = load_catalog(settings.catalog)
    with connect(settings, autocommit=True) as connection:
        receive(settings, catalog, connection, patience_seconds=PATIENCE_SECONDS)
        faults.reach("ingest.received")
        expect(sum(map(len, claims.waiting_by_department(connection))))
    tried: set[int] = set()
    failures: list[Exception] = []
    at_a_time = min(settings.limits.lanes, len(os.sched_getaffinity(0)))
    while (shared := _lanes(settings, at_a_time)) and not tried.issuperset(chain(*shared)):
        worked = beside.work(settings, shared, tell)
        failures += worked.failures
        if worked.has_lost:
            at_a_time = 1  # what ends processes is found out by this one alone
        else:
            tried.update(chain(*shared))
    if failures:
        raise failures[0]
    return outcomes


def _lanes(settings: Settings, most: int) -> list[list[int]]:
    with connect(settings) as connection:
        return lanes.waiting(connection, most)


def with_drop(settings: Settings, drop: Path | None) -> Settings:
    """The settings with another drop folder, where one is given."""
    return replace(settings, drop=drop.absolute()) if drop else settings
