"""Which reference periods compute has to be told about, so that it is told once of a change and not for ever of one that fails."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from xanh.database.warehouse import sql

if TYPE_CHECKING:
    from xanh.database.warehouse import Connection

SOON, LATE = timedelta(minutes=2), timedelta(minutes=15)
"""A change that was announced and is still not computed is announced again: the event may have been lost, or the run failed. First
after two minutes, then after twice as long each time, in the end every quarter of an hour."""


def take_announcements(connection: Connection, now: datetime) -> list[str]:
    """Codes of the periods to announce now; remembers them, inside the caller's transaction."""
    rows = connection.execute(sql("indicators/announce"), {"now": now, "least": SOON, "most": LATE}).fetchall()
    return sorted(code for (code,) in rows)
