"""Columns that a file lacks although the sender's report on the last period before has values in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xanh.database.warehouse import sql
from xanh.model import Flow, Issue, Period, Reading, Table
from xanh.reading.places import wording
from xanh.validation import messages

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.catalog.forms import Emission, FormTable
    from xanh.database.warehouse import Connection

Pair = tuple[str, Flow]


@dataclass(frozen=True)
class Absent:
    """A column of the form that is not in the file."""

    sheet: str
    heading: str
    """As the form words it."""
    gives: frozenset[Pair]
    """Measures and flows that no other column of the file gives."""


def find(connection: Connection, catalog: Catalog, reading: Reading, period: Period) -> Iterator[Issue]:
    """One warning for each column that is gone; it has no cell."""
    columns = [each for form in reading.forms for each in _absent_columns(catalog, form, reading)]
    asked = [(place, *pair) for place, each in enumerate(columns) for pair in sorted(each.gives)]
    if not asked:
        return
    parameters = {
        "form_code": reading.form,
        "department_code": reading.department,
        "area_code": reading.area,
        "period_start": period.start,
        "places": [place for place, _, _ in asked],
        "measures": [measure for _, measure, _ in asked],
        "flows": [flow for _, _, flow in asked],
    }
    for place, code in connection.execute(sql("history/absent"), parameters).fetchall():
        one = columns[place]
        yield messages.issue(catalog, "HIST-ABSENT", sheet=one.sheet, column=one.heading, period=code)


def _absent_columns(catalog: Catalog, form: str, reading: Reading) -> list[Absent]:
    """Those of the tables that were read and of parts of the form that are not there; columns that January lacks are left alone."""
    read: Mapping[str, Table] = {each.table: each for each in reading.tables if each.form == form and each.rows}
    if not read:
        return []
    first = next(iter(read.values()))
    lost: dict[str, set[Pair]] = {}
    excused: set[Pair] = set()
    for table in next(each.tables for each in catalog.forms[form].layouts if each.code == first.layout):
        there = read[table.code].addresses[0] if table.code in read else {}
        for emission in table.observations:
            column = next((table.column(code) for code in emission.columns if code not in there), None)
            if column is None or column.mandatory == "not_in_january":
                excused |= _gives(table, emission)
            else:
                lost.setdefault(wording(column), set()).update(_gives(table, emission))
    return [Absent(first.sheet, heading, frozenset(pairs - excused)) for heading, pairs in lost.items()]


def _gives(table: FormTable, emission: Emission) -> set[Pair]:
    """What the emission can give: the measures of the printed lines where those decide. Outputs of items are never optional."""
    if emission.measure == "item":
        return set()
    if emission.measure == "line":
        return {(line.measure, emission.flow) for line in table.rows.lines if line.measure is not None}
    return {(emission.measure, emission.flow)}
