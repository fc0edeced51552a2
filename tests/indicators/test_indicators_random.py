"""Random hierarchies and ratios, with gaps, zeros, revisions, overlaps and both maps, against brute force."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from indicator_oracle import Oracle
from indicator_world import Seen, put, span
from test_indicators_truth import current, differences

from xanh.catalog import Catalog
from xanh.indicators.compute import compute
from xanh.settings import Settings

Conn = psycopg.Connection[Any]
PARTS = {
    "msw_gen_urban_t": "msw_col_urban_t",
    "msw_gen_rural_t": "msw_col_rural_t",
    "plastic_gen_t": "plastic_rec_t",
}
COUNTS = ("contest_n", "training_course_n", "outreach_event_n", "media_item_n")


def waste(rng: random.Random, areas: list[str], year: int) -> Iterator[Seen]:
    """Generated and collected waste: rates differ so much by size of the area that Simpson's paradox is common."""
    for quarter in range(1, 5):
        for area in areas:
            for made, collected in PARTS.items():
                size = Decimal(rng.choice((1, 10, 1000, 100000))) * rng.randrange(1, 1000) / 100
                share = Decimal(rng.randrange(0, 101)) / 100
                where = {"area": area, "form": "F06", "unit": "tấn", "period": span(f"{year}-Q{quarter}")}
                amount = _maybe(rng, size)
                yield Seen(made, amount, **where)
                if rng.random() > 0.1:
                    yield Seen(collected, _maybe(rng, (amount or 0) * share), **where)
            stock = {"area": area, "form": "F06", "flow": "stock", "period": span(f"{year}-Q{quarter}")}
            yield Seen("pop_urban_n", _maybe(rng, Decimal(rng.randrange(1, 9000))), **stock)
            yield Seen("pop_rural_n", _maybe(rng, Decimal(rng.randrange(1, 9000))), **stock)
            yield Seen("hh_total_n", _maybe(rng, Decimal(rng.randrange(1, 9000))), **stock)


def counts(rng: random.Random, areas: list[str], year: int) -> Iterator[Seen]:
    """Counts by half year, quarter and month at once, year-to-date values, and two revisions of some."""
    for area in areas:
        for measure in COUNTS:
            for code in ("H1", "H2", "Q1", "Q3", "01", "02", "08"):
                for received in range(1, 2 + (rng.random() < 0.2)):
                    if rng.random() < 0.5:
                        value = _maybe(rng, Decimal(rng.randrange(0, 40)))
                        where = {"area": area, "form": "F08", "department": "ubnd", "period": span(f"{year}-{code}")}
                        status = rng.choice(("A", "E", "P"))
                        yield Seen(measure, value, status=status, received=received * 100 + rng.randrange(90), **where)
            if rng.random() < 0.3:
                start, end = span(f"{year}-H1")[0], span(rng.choice((f"{year}-H1", str(year))))[1]
                value = Decimal(rng.randrange(0, 90))
                yield Seen(measure, value, (start, end), area, flow="ytd", form="F08", department="ubnd")


def _maybe(rng: random.Random, value: Decimal) -> Decimal | None:
    return rng.choice((value, value, value, value, value, value, Decimal(0), None))


def world(catalog: Catalog, seed: int, years: range) -> list[Seen]:
    rng = random.Random(seed)
    districts = [a.key for a in catalog.areas.values() if a.level == "district"]
    old = rng.sample([a.key for a in catalog.areas.values() if a.vintage == "B" and a.level == "commune"], 30)
    new = [a.key for a in catalog.areas.values() if a.vintage == "C"]
    found: list[Seen] = []
    for year in years:
        areas = new if year > 2025 else districts + old
        found += waste(rng, areas, year)
        found += counts(rng, areas, year)
    unique = {(s.measure, s.item, s.area, s.period, s.flow, s.received): s for s in found}
    return list(unique.values())


def check(conn: Conn, settings: Settings, catalog: Catalog, observations: list[Seen]) -> int:
    put(conn, observations)
    done = compute(conn, catalog, settings)
    assert done.state == "published", done.reason
    found = current(conn)
    assert differences(found, Oracle(catalog, observations).answers()) == []
    return len(found)


@pytest.mark.parametrize("seed", [1])
def test_random_hierarchies_and_ratios_equal_brute_force(
    conn: Conn, settings: Settings, catalog: Catalog, seed: int
) -> None:
    assert check(conn, settings, catalog, world(catalog, seed, range(2025, 2027))) > 3000


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(7))
def test_a_hundred_thousand_random_results_equal_brute_force(
    conn: Conn, settings: Settings, catalog: Catalog, seed: int
) -> None:
    assert check(conn, settings, catalog, world(catalog, seed, range(2022, 2030))) > 15000
