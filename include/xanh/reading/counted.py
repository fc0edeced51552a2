"""Which columns count whole things: there `1.072` can only be thousands, for nobody reports 1.072 of a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xanh.catalog import Catalog
from xanh.catalog.forms import FormTable
from xanh.codes.units import resolve
from xanh.reading.rows import Body

_NUMBERS = ("number", "number_or_text")


def counted_columns(
    catalog: Catalog, table: FormTable, heading_units: Mapping[str, str], sheet_unit: str | None, body: Body
) -> frozenset[str]:
    """The columns whose every measure counts things one by one, in every unit that the file states for them."""
    common = [sheet_unit] if sheet_unit and _may_count(catalog, sheet_unit) else []
    stated = {
        column.code: [row.cells[column.code].text for row in body.rows if column.code in row.cells]
        for column in table.columns
        if column.role == "unit"
    }
    found: set[str] = set()
    for column in table.columns:
        emissions = [emission for emission in table.observations if column.code in emission.columns]
        if column.role not in _NUMBERS or not emissions:
            continue
        own = [heading_units[column.code]] if column.code in heading_units else []
        written = [*(own or common), *(text for texts in stated.values() for text in texts)]
        measures = {code for emission in emissions for code in _measures(table, emission.measure)}
        if measures and all(_counts(catalog, code) for code in measures) and _are_ones(catalog, written):
            found.add(column.code)
    return frozenset(found)


def _may_count(catalog: Catalog, text: str) -> bool:
    """Whether the unit of the sheet can be that of a count; tấn/ngày above the table says nothing of its people."""
    unit = resolve(catalog, text).unit
    return unit is None or unit.dimension == "count"


def _measures(table: FormTable, code: str) -> set[str]:
    if code == "line":
        return {line.measure for line in table.rows.lines if line.measure is not None}
    return {code}


def _counts(catalog: Catalog, code: str) -> bool:
    measure = catalog.measures.get(code)
    unit = catalog.units.get(measure.canonical_unit) if measure and measure.canonical_unit else None
    return unit is not None and unit.dimension == "count" and unit.to_base == 1


def _are_ones(catalog: Catalog, written: Iterable[str]) -> bool:
    matches = [resolve(catalog, text) for text in written]
    return all(
        match.is_ditto
        or match.unit is None
        or (match.unit.dimension == "count" and match.unit.to_base * match.scale == 1 and not match.is_per_day)
        for match in matches
    )
