"""Years are computed together as far as their observations fit into the tables of a session, and otherwise by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import Connection

from xanh.database.warehouse import sql
from xanh.indicators.gate import Objection, objections
from xanh.indicators.session import KEPT, STEPS, Session

Years = Sequence[int]


@dataclass(frozen=True, slots=True)
class Calculated:
    """What was found for a stretch of years; what has to change is in the tables of the session."""

    years: Years
    result_count: int
    objections: Sequence[Objection]


def stretches(connection: Connection[Any], most_bytes: int) -> tuple[list[Years], list[Years]]:
    """The years in which something is to be computed, together while their observations take no more than so many bytes: stretches with
    a baseline year, to which others refer, and those without, the largest first."""
    found: list[_Stretch] = []
    first_count = 0
    for year, size, is_baseline in connection.execute(sql("indicators/years")).fetchall():
        if not found or found[-1].size + size > most_bytes:
            found.append(_Stretch())
        found[-1].years.append(year)
        found[-1].size += size
        if is_baseline:
            first_count = len(found)
    others = sorted(found[first_count:], key=lambda each: -each.size)
    return [each.years for each in found[:first_count]], [each.years for each in others]


@dataclass
class _Stretch:
    """Years and the bytes of their observations."""

    years: list[int] = field(default_factory=list)
    size: int = 0


def calculate(session: Session, expectations: Path, years: Years) -> Calculated:
    """Works out the indicators of some years, and collects what has to change but for what the gate holds back."""
    session.drop(STEPS)
    parameters: dict[str, object] = {"years": years, "last_number": session.last_number}
    for step in STEPS:
        if step == "cell":
            days = session.connection.execute(sql("indicators/source_days")).fetchone()
            parameters["first_day"], parameters["last_day"] = days or (None, None)
        session.build(step, parameters)
    session.last_number += session.count("summed")
    calculated = Calculated(years, session.count("result"), objections(session.connection, expectations))
    held = sorted(set().union(*(each.held for each in calculated.objections)))
    for step in KEPT:
        session.build(
            step, {"held_indicators": [code for code, _ in held], "held_periods": [period for _, period in held]}
        )
    return calculated
