"""Takes a submission back, by an operator and with a reason: what stood before it, or was said by others, counts again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from xanh.database.warehouse import Connection, sql
from xanh.loading.closing import record
from xanh.loading.load import Counts, next_moment, supersede
from xanh.loading.session import prepare

if TYPE_CHECKING:
    from xanh.settings import Settings


class NotWithdrawable(ValueError):
    """There is no such submission, it holds no values, or it is withdrawn already."""


def withdraw(
    connection: Connection,
    settings: Settings,
    submission_id: int,
    reason: str,
    by: str,
    *,
    moment: datetime | None = None,
) -> Counts:
    """Withdraws an accepted submission in one transaction; its values stay in the history with the time they counted.

    Raises NotWithdrawable. `moment` is for a rebuild. The department may send the same bytes again afterwards.
    """
    prepare(connection)
    with connection.transaction():
        connection.execute("select from intake.submission where submission_id = %s for update", [submission_id])
        now = next_moment(connection, moment)
        words = {"submission_id": submission_id, "reason": reason, "by": by, "moment": now}
        row = connection.execute(sql("load/withdraw"), words).fetchone()
        if row is None:
            raise NotWithdrawable(f"Submission {submission_id} is not there, not accepted or withdrawn already.")
        connection.execute(sql("load/clear"))
        keys = [key for (key,) in connection.execute(sql("load/keys"), words).fetchall()]
        counts = supersede(connection, keys, submission_id, row[0], now, "withdrawn")
    connection.commit()
    record(connection, settings, [submission_id])
    connection.commit()
    return counts
