"""Names of areas mean what they mean in the period, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xanh.catalog import Catalog, load_catalog
from xanh.codes import areas
from xanh.language import periods

CATALOG = Path(__file__).parents[2] / "include" / "catalog"
BEFORE, AFTER = periods.period("2025-Q2"), periods.period("2025-Q3")


@pytest.mark.parametrize(
    ("name", "period", "key"),
    [
        ("Hà Quảng", AFTER, "C:01438"),
        ("H. Hòa An", BEFORE, "B:051"),
        ("Huyện Hoà An", BEFORE, "B:051"),
        ("TP. Cao Bằng", BEFORE, "B:040"),
        ("T.P Cao Bằng", BEFORE, "B:040"),
        ("P. Tân Giang", AFTER, "C:01288"),
        ("P. Tân Giang", BEFORE, "B:01276"),
        ("X.Phục Hoà", AFTER, "C:01648"),
        ("xã Đàm Thuỷ", AFTER, "C:01501"),
        ("ỦY BAN NHÂN DÂN HUYỆN HÒA AN", BEFORE, "B:051"),
        ("UBND xã Hồng Sĩ", BEFORE, "B:01429"),
        ("TT. Nước Hai", BEFORE, "B:01654"),
        ("Xã Phong Nặm", BEFORE, "B:01483"),
        ("Phuong Thuc Phan", AFTER, "C:01273"),
        ("Tỉnh Cao Bằng", AFTER, "ALL:04"),
        ("1. Huyện Hòa An (*)", BEFORE, "B:051"),
        ("12) Xã Bảo Lâm 1/", AFTER, "C:01290"),
        ("Thành phố", BEFORE, "B:040"),
        ("Hưng Đạo", AFTER, "C:01351"),
        ("Quý Quân", BEFORE, "B:01432"),
    ],
)
def test_names_are_resolved_with_the_period(catalog: Catalog, name: str, period: periods.Period, key: str) -> None:
    match = areas.resolve(catalog, name, period)
    assert match.area is not None
    assert (match.kind, match.area.key) == ("match", key)


def test_the_same_name_is_a_district_in_june_and_a_commune_in_july(catalog: Catalog) -> None:
    before = areas.resolve(catalog, "Hà Quảng", BEFORE, levels=("district",)).area
    after = areas.resolve(catalog, "Hà Quảng", AFTER).area
    assert before is not None
    assert after is not None
    assert (before.key, after.key) == ("B:045", "C:01438")


@pytest.mark.parametrize("name", ["Huyện Hòa An", "H.Hòa An", "TP Cao Bằng", "Quảng Hòa"])
def test_a_district_after_the_reform_is_named_as_such(catalog: Catalog, name: str) -> None:
    match = areas.resolve(catalog, name, AFTER)
    assert match.kind == "wrong_vintage"
    assert match.is_old_district


def test_a_commune_of_the_old_map_names_its_successor(catalog: Catalog) -> None:
    match = areas.resolve(catalog, "Phường Hợp Giang", AFTER)
    assert (match.kind, [area.key for area in match.candidates]) == ("wrong_vintage", ["C:01273"])
    assert not match.is_old_district


def test_homonyms_need_their_district(catalog: Catalog) -> None:
    match = areas.resolve(catalog, "xã Hưng Đạo", BEFORE)
    assert match.kind == "ambiguous"
    assert {area.parent for area in match.candidates} == {"B:040", "B:043", "B:052"}
    below = areas.resolve(catalog, "xã Hưng Đạo", BEFORE, parent="B:052")
    assert below.area is not None
    assert below.area.key == "B:01783"


def test_a_name_of_another_level_is_said(catalog: Catalog) -> None:
    assert areas.resolve(catalog, "Thông Nông", BEFORE, levels=("district",)).kind == "wrong_level"


def test_a_near_miss_is_suggested_and_not_taken(catalog: Catalog) -> None:
    match = areas.resolve(catalog, "Hà Quãng", AFTER)
    assert (match.kind, match.area) == ("unknown", None)
    assert match.suggestion is not None
    assert match.suggestion.key == "C:01438"


@pytest.mark.parametrize("name", ["Tổng cộng", "", "Xã", "Hà Nội", "Cộng", "H. Thông Nông", "X. Nước Hai"])
def test_other_words_are_unknown(catalog: Catalog, name: str) -> None:
    assert areas.resolve(catalog, name, AFTER).kind == "unknown"


def test_a_re_used_code_belongs_to_the_vintage_of_the_period(catalog: Catalog) -> None:
    before, after = areas.by_code(catalog, "01273", BEFORE).area, areas.by_code(catalog, "01273", AFTER).area
    assert before is not None
    assert after is not None
    assert (before.name_vi, after.name_vi) == ("Phường Hợp Giang", "Phường Thục Phán")


def test_a_name_of_both_maps_in_a_year_with_the_reform_is_not_guessed(catalog: Catalog) -> None:
    assert areas.resolve(catalog, "Hà Quảng", periods.period("2025")).kind == "ambiguous"


@given(st.data())
def test_every_full_name_is_found_in_its_time_below_its_parent(data: st.DataObject) -> None:
    catalog = load_catalog(CATALOG)
    area = data.draw(st.sampled_from([area for area in catalog.areas.values() if area.valid_from]))
    period = AFTER if area.vintage == "C" else BEFORE
    for name in (area.name_vi, area.name_vi.upper(), *area.aliases):
        match = areas.resolve(catalog, name, period, parent=area.parent, levels=(area.level,))
        assert match.area is area
