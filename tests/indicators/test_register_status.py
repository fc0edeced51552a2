"""mart.register_status: what each unit of a register says that it did."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg
from indicator_world import Seen, put, span

from xanh.catalog import Catalog
from xanh.indicators.compute import compute
from xanh.settings import Settings

SAID = {"CCN01": ("1", "1"), "CCN02": ("1", "0"), "CCN03": ("0", "0")}
"""Clusters, whether they work, and whether they are aware."""


def test_each_unit_of_a_register_stands_once_with_what_it_said_last_however_many_observations_are_behind_it(
    conn: psycopg.Connection[Any], settings: Settings, catalog: Catalog
) -> None:
    place: dict[str, Any] = {"area": "B:049", "flow": "stock", "form": "F09"}
    put(
        conn,
        [
            Seen(measure, Decimal(value), span(period), item=item, **place)
            for period in ("2025-Q1", "2025-Q2")
            for item, answers in SAID.items()
            for measure, value in zip(("zone_total_n", "zone_aware_n"), answers, strict=True)
        ],
    )
    compute(conn, catalog, settings)
    found = conn.execute(
        "select unit, state from mart.register_status where indicator_code = 'awr_zone_pct' and period = '2025-H1'"
    ).fetchall()
    states = dict(found)
    assert len(states) == len(found)
    assert (states.pop("CCN01"), states.pop("CCN02"), states.pop("CCN03")) == ("yes", "no", "suspended")
    assert set(states.values()) == {"not_reported"}
