"""The indicators of all sample files against an oracle that was written apart from the program."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from indicator_oracle import Answer, Key, Oracle, round10
from indicator_world import Seen, put, read_truth

from xanh.catalog import Catalog
from xanh.indicators.compute import compute
from xanh.settings import Settings

VALUES = (
    "select indicator_code, series_code, geography, area_code, period_code, value, numerator, denominator, progress, coverage,"
    " reporting_units_reported, reporting_units_expected, obs_status, derivation, baseline_value, lineage_hash"
    " from core.indicator_value where known_to is null"
)


def current(conn: psycopg.Connection[Any]) -> dict[Key, tuple[Any, ...]]:
    return {row[:5]: row[5:] for row in conn.execute(VALUES)}


def differences(found: dict[Key, tuple[Any, ...]], wanted: dict[Key, Answer]) -> list[str]:
    problems = []
    for key in sorted(set(found) | set(wanted)):
        got = found.get(key, (None,) * 11)
        answer = wanted.get(key, Answer(None, None, None))
        expected = tuple(round10(number) for number in answer)
        if expected[0] is not None or got[0] is not None:
            pairs = zip(expected, got[:3], strict=True)
            if any((a is None) != (b is None) or (a is not None and Decimal(a) != b) for a, b in pairs):
                problems.append(f"{key}: wanted {expected}, got {got[:3]}")
    return problems


@pytest.fixture
def truth(shared: Path, catalog: Catalog) -> list[Seen]:
    return read_truth(shared, catalog)


def test_every_indicator_area_period_and_geography_of_the_samples_has_the_value_of_the_oracle(
    conn: psycopg.Connection[Any], settings: Settings, catalog: Catalog, truth: list[Seen]
) -> None:
    put(conn, truth)
    assert compute(conn, catalog, settings).state == "published"
    found = current(conn)
    wanted = Oracle(catalog, truth).answers()
    assert differences(found, wanted) == []
    assert sum(values[0] is not None for values in found.values()) > 2000
    assert different_on_the_maps(found, catalog) == []


def different_on_the_maps(found: dict[Key, tuple[Any, ...]], catalog: Catalog) -> list[tuple[str, str, str]]:
    """Series of the province with another value on the other map, where the areas themselves are not what is counted."""
    by_map: dict[tuple[str, str, str], set[Decimal | None]] = {}
    for (indicator, series, _, area, period), row in found.items():
        if area == "ALL:04" and not catalog.indicators.indicators[indicator].counts_areas:
            by_map.setdefault((indicator, series, period), set()).add(row[0])
    return [key for key, values in by_map.items() if len(values) > 1]


def test_arrival_by_arrival_ends_in_the_same_rows_as_everything_computed_again(
    conn: psycopg.Connection[Any], settings: Settings, catalog: Catalog, truth: list[Seen]
) -> None:
    for part in slices(truth):
        put(conn, part)
        compute(conn, catalog, settings)
    step_by_step = current(conn)
    last = compute(conn, catalog, settings, everything=True)
    assert (last.changed_count, last.closed_count) == (0, 0)
    assert last.result_count > 5000
    assert step_by_step == current(conn)


def slices(truth: list[Seen]) -> Iterable[list[Seen]]:
    """Sixteen files at a time, in the order of arrival."""
    arrivals = sorted({one.received for one in truth})
    for start in range(0, len(arrivals), 16):
        part = set(arrivals[start : start + 16])
        yield [one for one in truth if one.received in part]
