"""The gate of indicators: what the suite finds critical in results that would change something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.rows import dict_row

from xanh.database.warehouse import sql

if TYPE_CHECKING:
    from xanh.validation.suites import Failure

_one_at_a_time = Lock()
"""Great Expectations has one context a process."""


@dataclass(frozen=True, slots=True)
class Objection:
    """A critical failure of the suite, and the indicators and periods it concerns; none when it concerns everything."""

    reason: str
    held: frozenset[tuple[str, str]]


def objections(connection: Connection[Any], expectations: Path) -> list[Objection]:
    """What the suite of indicators in the folder objects to in the results of the session, as far as they are not published alike."""
    with connection.cursor(row_factory=dict_row) as cursor:
        frame = cursor.execute(sql("indicators/frame")).fetchall()
    if not frame:
        return []
    from xanh.validation import engine, suites
    from xanh.validation.derive import derive

    with _one_at_a_time:
        suite = suites.read_suites(expectations)["indicators"]
        rows = derive(frame, suite.derived, {})
        return [_objection(f, frame) for f in engine.run(suite, rows) if f.check.severity == "critical"]


def _objection(failure: Failure, frame: Sequence[Mapping[str, Any]]) -> Objection:
    rows = [frame[row] for row in failure.rows]
    places = ["{indicator_code} {series_code} {area_code} {period} = {value}".format(**row) for row in rows[:3]]
    more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    held = frozenset((row["indicator_code"], row["period"]) for row in rows)
    return Objection(f"{failure.check.rule} ({failure.check.check}): {', '.join(places)}{more}", held)
