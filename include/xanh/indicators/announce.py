"""Which reference periods compute has to be told about, so that it is told once of a change and not for ever of one that fails."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from xanh.database.warehouse import sql

if TYPE_CHECKING:
    from xanh.database.warehouse import Connection

PATIENCE = timedelta(minutes=15)
"""A change that was announced and is still not computed is announced again after so long: the run may have been lost, or failed."""


def take_announcements(connection: Connection, now: datetime) -> list[str]:
    """Codes of the periods to announce now; remembers them, inside the caller's transaction."""
    rows = connection.execute(sql("indicators/announce"), {"now": now, "patience": PATIENCE}).fetchall()
    return sorted(code for (code,) in rows)
