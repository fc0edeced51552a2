"""A file that replaces most of a report of long ago and does not say that it amends it: perhaps its title names last year."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from xanh.database.warehouse import sql
from xanh.language.spoken_periods import spoken_period
from xanh.model import Issue, Reading
from xanh.settings import TIME_ZONE
from xanh.validation import messages

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.database.warehouse import Connection

LONG = timedelta(days=300)
"""Who corrects a report does so sooner, or says that it is an amendment. ASSUMED."""
_MOST = 2
"""A correction changes less than one value in so many. ASSUMED."""


def find(
    connection: Connection, catalog: Catalog, reading: Reading, received_at: datetime, standing: datetime
) -> list[Issue]:
    """The warning, where `standing`, when the report was last received, is long before `received_at`.

    Call it behind `history.find`, in its transaction: it looks into the same tables of the session.
    """
    if reading.period is None or not reading.observations or received_at - standing < LONG:
        return []
    row = connection.execute(sql("history/replaced"), {"period_code": reading.period.code}).fetchone()
    compared, changed, ordinal = row or (0, 0, None)
    if ordinal is None or changed * _MOST < compared:
        return []
    words = {"received": f"{standing.astimezone(TIME_ZONE):%d/%m/%Y}", "compared": compared, "changed": changed}
    sheet = reading.observations[ordinal].source_sheet
    return [messages.issue(catalog, "HIST-REPLACED", sheet=sheet, period=spoken_period(reading.period), **words)]
