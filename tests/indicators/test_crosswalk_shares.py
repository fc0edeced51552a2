"""Shares between the maps of 2020 and 2025 keep every sum."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest

from xanh.catalog import Catalog
from xanh.indicators.crosswalk import Share, shares


@pytest.fixture
def found(catalog: Catalog) -> tuple[Share, ...]:
    return shares(catalog.areas, catalog.crosswalk, catalog.indicators.parameters.geographies)


def test_the_shares_of_each_area_add_up_to_exactly_one(found: tuple[Share, ...]) -> None:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for share in found:
        if share.share is not None:
            sums[share.geography, share.old] += share.share
    assert set(sums.values()) == {Decimal(1)}


def test_each_of_the_161_old_communes_and_56_new_ones_finds_its_place(found: tuple[Share, ...]) -> None:
    communes = {s.old for s in found if s.geography == "2025" and s.share is not None}
    back = {s.old for s in found if s.geography == "2020"}
    assert (len(communes), len(back)) == (161, 56)


def test_eight_new_communes_straddle_old_districts_and_are_estimated(
    found: tuple[Share, ...], catalog: Catalog
) -> None:
    straddling = {s.old for s in found if s.geography == "2020" and s.method != "whole"}
    names = {catalog.areas[key].short_name for key in straddling}
    assert names == {
        "Thục Phán", "Tân Giang", "Cốc Pàng", "Trà Lĩnh", "Bạch Đằng", "Minh Tâm", "Kim Đồng", "Thạch An",
    }  # fmt: skip


def test_thuc_phan_goes_back_by_the_number_of_its_old_communes(found: tuple[Share, ...]) -> None:
    parts = {s.new: s.share for s in found if s.geography == "2020" and s.old == "C:01273"}
    assert parts == {"B:040": Decimal("0.8"), "B:051": Decimal("0.2")}


def test_the_disputed_commune_is_a_documented_choice_that_shows(found: tuple[Share, ...]) -> None:
    hong_quang = [(s.new, s.share, s.method) for s in found if s.old == "B:01615"]
    assert hong_quang == [("C:01636", 1, "estimated_majority_of_sources")]


def test_what_an_old_district_had_cannot_be_distributed_over_new_communes(found: tuple[Share, ...]) -> None:
    city = [s for s in found if s.geography == "2025" and s.old == "B:040"]
    assert city
    assert {s.share for s in city} == {None}


def test_additive_series_of_old_communes_keep_their_sum_on_the_new_map(
    found: tuple[Share, ...], catalog: Catalog
) -> None:
    old = {area.key: Decimal(n * n + 7) / 1000 for n, area in enumerate(catalog.areas.values()) if area.vintage == "B"}
    new: dict[str, Decimal] = defaultdict(Decimal)
    for share in found:
        if share.geography == "2025" and share.share is not None:
            new[share.new] += old[share.old] * share.share
    communes = sum(value for key, value in old.items() if catalog.areas[key].level == "commune")
    assert sum(new.values()) == communes
    assert len(new) == 56
