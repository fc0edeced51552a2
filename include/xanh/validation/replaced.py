"""A file that replaces a report of the same period as a whole: what of that is gone, and whether it may be another year's report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from xanh.database.warehouse import sql
from xanh.language.spoken_periods import spoken_period
from xanh.model import Issue, Reading
from xanh.settings import TIME_ZONE
from xanh.validation import messages
from xanh.validation.history import COMPARED

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.database.warehouse import Connection

LONG = timedelta(days=300)
"""Who corrects a report does so sooner, or says that it is an amendment. ASSUMED."""
_CHANGED = 2
"""A correction changes less than one value in so many. ASSUMED."""
_GONE = 3
"""A full report lacks less than one in so many of the values of the one before, and fewer than this. ASSUMED."""


def find(
    connection: Connection,
    catalog: Catalog,
    reading: Reading,
    keys: Sequence[str],
    received: datetime,
    *,
    can_be_another: bool,
) -> list[Issue]:
    """The warnings about the reading, where a report with some of the `keys` stands that was last received then.

    `can_be_another`: whether it comes long after that and does not say what it is. Call it behind `history.find`, in its
    transaction: it looks into the same table of the session.
    """
    if reading.period is None or not reading.observations or not keys:
        return []
    with connection.pipeline():
        connection.execute("set local enable_nestloop = off")  # nobody knows how full the session's tables are
        counted = connection.execute(sql("history/replaced"), {"keys": list(keys), "flows": list(COMPARED)})
        connection.execute("set local enable_nestloop to default")
    standing, gone, changed = counted.fetchone() or (0, 0, 0)
    sheet, period = reading.observations[0].source_sheet, spoken_period(reading.period)
    day = f"{received.astimezone(TIME_ZONE):%d/%m/%Y}"
    found = []
    if gone >= _GONE and gone * _GONE >= standing:
        counts = {"gone": gone, "standing": standing}
        found.append(messages.issue(catalog, "HIST-GONE", sheet=sheet, period=period, received=day, **counts))
    if can_be_another and changed and changed * _CHANGED >= standing - gone:
        counts = {"changed": changed, "compared": standing - gone}
        found.append(messages.issue(catalog, "HIST-REPLACED", sheet=sheet, period=period, received=day, **counts))
    return found
