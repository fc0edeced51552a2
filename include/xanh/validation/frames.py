"""The rows that the suites look at: tables and observations of many readings in one frame, each row with its origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from xanh.model import Observation, Period, Reading, Table
from xanh.validation.derive import Value, derive

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.validation.suites import Suite

CONTEXT_WORDS = frozenset({"month", "year", "days", "hours", "expected_area_count", "is_first_period"})
"""Words about the submission: expressions know them, rows do not have them."""
TABLE_WORDS = CONTEXT_WORDS | {"row_kind", "row_no", "label", "line", "item", "item_code", "area", "measure"}
"""What every table row has besides the columns of its form, and the words about the submission."""
OBSERVATION_WORDS = frozenset(
    {"measure", "label", "value", "flow", "obs_status", "period_start", "period_end", "months", "unit", "area"}
    | {"may_be_negative", "measure_unit", "measure_months", "plausible_min", "plausible_max", "is_fraction"}
)
"""The columns of an observation's row."""
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class Origin(NamedTuple):
    """Where a row of a frame comes from: place of the reading in the batch, sheet, and the address of each column."""

    submission: int
    sheet: str
    addresses: Mapping[str, str]
    table_id: int
    texts: Mapping[str, str]
    """What stood in a cell, by address."""


@dataclass(frozen=True)
class Frame:
    """Rows with the suite's derived columns, and the origin of each."""

    rows: list[dict[str, Value]]
    origins: list[Origin]


def table_frame(suite: Suite, readings: Sequence[Reading], catalog: Catalog) -> Frame:
    """All rows of the tables that the suite is for."""
    frame = Frame([], [])
    for submission, reading in enumerate(readings):
        tables = [each for each in reading.tables if each.form == suite.form and suite.table in (None, each.table)]
        texts = _texts(reading) if tables else {}
        for table in tables:
            number = len(frame.rows)
            frame.rows.extend(derive(table.rows, suite.derived, _context(table, reading.period, catalog)))
            for addresses in table.addresses:
                frame.origins.append(Origin(submission, table.sheet, addresses, number, texts.get(table.sheet, {})))
    return frame


def observation_frame(suite: Suite, readings: Sequence[Reading], catalog: Catalog) -> Frame:
    """All observations; the address of an observation's own cell is that of the column `@`."""
    frame = Frame([], [])
    rows: list[dict[str, Value]] = []
    for submission, reading in enumerate(readings):
        for number, observation in enumerate(reading.observations):
            rows.append(_observation_row(observation, catalog))
            texts = {observation.source_cell: observation.source_value} if observation.source_value else {}
            addresses = {"@": observation.source_cell}
            frame.origins.append(Origin(submission, observation.source_sheet, addresses, number, texts))
    frame.rows.extend(derive(rows, suite.derived, {}))
    return frame


def _texts(reading: Reading) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    for observation in reading.observations:
        if observation.source_value is not None:
            texts.setdefault(observation.source_sheet, {})[observation.source_cell] = observation.source_value
    return texts


def _context(table: Table, period: Period | None, catalog: Catalog) -> dict[str, Value]:
    """What an expression may know beside the columns: month, year, days and hours of the period, areas expected, and whether
    nothing can have come before the period: it begins the year, or the table's areas begin in it."""
    if period is None:
        return {}
    days = (period.end - period.start).days + 1
    context: dict[str, Value] = {
        "month": Decimal(period.end.month) if period.frequency == "M" else None,
        "days": Decimal(days),
        "hours": Decimal(days * 24),
        "year": Decimal(period.end.year),
    }
    keys = [area for row in table.rows if isinstance(area := row.get("area"), str) and area in catalog.areas]
    is_new = bool(keys) and all(_begins_within(catalog.areas[key].valid_from, period) for key in keys)
    context["is_first_period"] = (period.start.month, period.start.day) == (1, 1) or is_new
    levels = [(catalog.areas[key].vintage, catalog.areas[key].level) for key in keys]
    if levels:
        vintage, level = max(sorted(set(levels)), key=levels.count)
        context["expected_area_count"] = Decimal(_area_count(catalog, vintage, level, period))
    return context


def _begins_within(first: date | None, period: Period) -> bool:
    return first is not None and period.start <= first <= period.end


@lru_cache(maxsize=256)
def _area_count(catalog: Catalog, vintage: str, level: str, period: Period) -> int:
    return sum(
        1
        for area in catalog.areas.values()
        if area.vintage == vintage and area.level == level and area.is_valid_on(period.end)
    )


def _observation_row(observation: Observation, catalog: Catalog) -> dict[str, Value]:
    row: dict[str, Value] = {
        "measure": None,
        "label": observation.source_label,
        "value": observation.value,
        "flow": observation.flow,
        "obs_status": observation.obs_status,
        **_period_columns(observation.period),
        "unit": observation.unit,
        "area": observation.area,
        "may_be_negative": False,
    }
    measure = catalog.measures.get(observation.measure)
    if measure is None:
        return row
    unit = catalog.units.get(observation.unit)
    is_counted = measure.unit_family == "count" and unit is not None and unit.to_base == 1
    value = observation.value
    return row | {
        "measure": measure.code,
        "measure_unit": measure.canonical_unit,
        "measure_months": Decimal(_MONTHS[measure.frequency]),
        "plausible_min": measure.plausible_min,
        "plausible_max": measure.plausible_max,
        "may_be_negative": measure.plausible_min is not None and measure.plausible_min < 0,
        "is_fraction": is_counted and value is not None and value != value.to_integral_value(),
    }


@lru_cache(maxsize=1024)
def _period_columns(period: Period) -> Mapping[str, Value]:
    """First and last day, and the months that the period touches, the one that it ends in as a whole: 15 June to 14 July is one."""
    after = period.end + timedelta(days=1)
    months = (after.year - period.start.year) * 12 + after.month - period.start.month
    return {
        "period_start": period.start.isoformat(),
        "period_end": period.end.isoformat(),
        "months": Decimal(max(1, months)),
    }
