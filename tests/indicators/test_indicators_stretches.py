"""Years computed one after the other: the same results as all at once, and published together or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from indicator_world import Seen, put, span
from test_indicators_random import world
from test_indicators_truth import current

from xanh.catalog import Catalog
from xanh.indicators.compute import compute
from xanh.settings import Settings

Conn = psycopg.Connection[Any]


@pytest.fixture
def year_by_year(settings: Settings) -> Settings:
    """No two years have room in the tables of a session."""
    return _with_room(settings, -1)


def compared_years() -> Iterator[Seen]:
    """What a reduction over products and one over stores and months are worked out from: a baseline year and later ones."""
    for year, used, bags in ((2020, 1000, 100), (2022, 900, 80), (2023, 950, 70)):
        iron = {"area": "B:051", "item": "CS02", "form": "F02", "period": span(f"{year}-Q1")}
        yield Seen("use_lpg_t", Decimal(used), **iron)
        yield Seen("prod_pig_iron_t", Decimal(1090), **iron)
        for month, more in (("01", 0), ("03", 7)):
            stores = {"area": "B:040", "item": "ST01", "form": "F05", "period": span(f"{year}-{month}")}
            yield Seen("bag_plastic_n", Decimal(bags + more), **stores)


def edges(conn: Conn) -> set[tuple[Any, ...]]:
    return set(
        conn.execute(
            "select v.indicator_code, v.period_code, v.geography, v.area_code, v.series_code, l.observation_id, l.role"
            " from core.lineage as l join core.indicator_value as v using (indicator_value_id) where v.known_to is null"
        )
    )


def test_year_by_year_and_all_at_once_give_the_same_rows_and_the_same_edges(
    conn: Conn, settings: Settings, year_by_year: Settings, catalog: Catalog
) -> None:
    put(conn, [*world(catalog, 3, range(2024, 2027)), *compared_years()])
    compute(conn, catalog, settings)
    at_once, its_edges = current(conn), edges(conn)
    assert at_once["eff_red_overall_pct", "total", "2020", "ALL:04", "2022"][0] == 10
    assert at_once["tr_bag_red_pct", "total", "2020", "ALL:04", "2023"][0] is not None
    again = compute(conn, catalog, year_by_year, everything=True)
    assert (again.changed_count, again.closed_count) == (0, 0)
    conn.execute("update core.indicator_value set known_to = known_from")
    fresh = compute(conn, catalog, year_by_year, everything=True)
    assert fresh.changed_count == fresh.result_count == len(at_once)
    assert current(conn) == at_once
    assert edges(conn) == its_edges


def _with_room(settings: Settings, size: int) -> Settings:
    return replace(settings, limits=replace(settings.limits, compute_bytes=size))


def test_a_later_year_is_compared_with_a_baseline_year_computed_before_it(
    conn: Conn, year_by_year: Settings, catalog: Catalog
) -> None:
    place = {"area": "B:040", "form": "F08", "department": "ubnd"}
    put(
        conn,
        [
            Seen("contest_n", Decimal(4), span("2020-H1"), **place),
            Seen("contest_n", Decimal(6), span("2024-H1"), **place),
        ],
    )
    compute(conn, catalog, year_by_year)
    row = conn.execute(
        "select value, baseline_value from core.indicator_value where known_to is null"
        " and (indicator_code, period_code, geography, area_code) = ('awr_contest_n', '2024', '2020', 'ALL:04')"
    ).fetchone()
    assert row == (6, 4)


def test_what_fails_its_suite_in_one_year_is_held_back_and_all_years_appear_at_one_moment(
    conn: Conn, year_by_year: Settings, catalog: Catalog
) -> None:
    place = {"area": "B:040", "form": "F06", "unit": "tấn"}
    put(
        conn,
        [
            Seen(measure, Decimal(value), span(f"{year}-Q1"), **place)
            for year, collected in ((2022, "90"), (2023, "4"), (2024, "5"))
            for measure, value in (("msw_gen_urban_t", "10"), ("msw_col_urban_t", collected))
        ],
    )
    done = compute(conn, catalog, year_by_year)
    assert done.state == "partly"
    held = conn.execute("select distinct period_code from ops.held_back where indicator_code = 'wa_msw_urban_pct'")
    assert {period for (period,) in held} == {"2022", "2022-Q1"}
    found = conn.execute(
        "select period_code, min(value) from core.indicator_value where known_to is null and value is not null"
        " and indicator_code = 'wa_msw_urban_pct' and area_code = 'ALL:04' and frequency = 'Q' group by period_code"
    )
    assert dict(found.fetchall()) == {"2023-Q1": 40, "2024-Q1": 50}
    moments = conn.execute(
        "select count(distinct known_from), count(distinct run_id) from core.indicator_value"
    ).fetchone()
    assert moments == (1, 1)


def test_of_the_same_days_what_is_there_at_their_end_counts_rather_than_what_came_together_in_them(
    conn: Conn, settings: Settings, catalog: Catalog
) -> None:
    place = {"area": "B:040", "form": "F06"}
    put(
        conn,
        [
            Seen("ocop_n", Decimal(value), span("2024"), flow=flow, **place)
            for flow, value in (("period", 2), ("stock", 7))
        ],
    )
    compute(conn, catalog, settings)
    rows = conn.execute(
        "select distinct value from core.indicator_value where known_to is null"
        " and (indicator_code, period_code, area_code) = ('tr_ocop_n', '2024', 'ALL:04')"
    ).fetchall()
    assert rows == [(7,)]
