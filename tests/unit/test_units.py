"""Units: every spelling found, exact factors, families kept apart, rates by the days of the period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xanh.catalog import Catalog, load_catalog
from xanh.catalog.codelists import Measure
from xanh.codes import units
from xanh.language import periods

QUARTER = periods.period("2024-Q1")


@pytest.mark.parametrize(
    ("text", "unit", "scale"),
    [
        ("tấn", "tấn", 1),
        ("(tấn)", "tấn", 1),
        ("TẤN", "tấn", 1),
        ("Đơn vị tính: nghìn tấn", "nghìn tấn", 1),
        ("ĐVT: kg", "kg", 1),
        ("Nghìn \ntỷ đồng", "nghìn tỷ đồng", 1),
        ("tỉ đồng", "tỷ đồng", 1),
        ("1000 lít", "lít", 1000),
        ("1.000 m³", "m3", 1000),
        ("10³ m³", "m3", 1000),
        ("Tr. kWh", "GWh", 1),
        ("Tỷ kwh", "TWh", 1),
        ("nghìn kWh", "MWh", 1),
        ("Triệu bao", "bao", 10**6),
        ("1000 viên", "viên", 1000),
        ("Nghìn chiếc", "chiếc", 1000),
        ("tin, bài", "tin bài", 1),
        ("lượt người", "lượt người", 1),
        ("%", "%", 1),
        ("triệu USD", "USD", 10**6),
        ("kWp", "kWp", 1),
        ("TOE", "TOE", 1),
        ("trđ", "triệu đồng", 1),
    ],
)
def test_spellings_are_found(catalog: Catalog, text: str, unit: str, scale: int) -> None:
    match = units.resolve(catalog, text)
    assert match.unit is not None
    assert (match.unit.code, match.scale, match.is_per_day) == (unit, scale, False)


@pytest.mark.parametrize("text", ['"', "″", "”", "''", "nt", "như trên", '-"-'])
def test_ditto_marks_are_no_unit(catalog: Catalog, text: str) -> None:
    match = units.resolve(catalog, text)
    assert (match.unit, match.is_ditto) == (None, True)


@pytest.mark.parametrize("text", ["", "-", "MJ/tấn", "tấn/tháng", "Phôi thép", "1000", "Ghi chú", "tấn khô"])
def test_other_words_are_no_unit(catalog: Catalog, text: str) -> None:
    match = units.resolve(catalog, text)
    assert (match.unit, match.is_ditto) == (None, False)


@pytest.mark.parametrize(
    ("value", "text", "measure", "expected"),
    [
        ("102.736", "nghìn tấn", "prod_steel_billet_t", "102736"),
        ("1678.2719427001", "Nghìn tấn", "nso_product_output", "1678271.9427001"),
        ("350", "kg", "use_lpg_t", "0.35"),
        ("12.5", "1000 lít", "prod_spirits_l", "12500"),
        ("3", "hl", "prod_spirits_l", "300"),
        ("5.25", "1000 viên", "prod_brick_k", "5.25"),
        ("2", "triệu viên", "prod_brick_k", "2000"),
        ("1.5", "tấn/ngày", "msw_gen_urban_t", "136.5"),
        ("0.003", "triệu kWh", "elec_sold_kwh", "3000"),
        ("7", "DN", "training_ent_n", "7"),
        ("4.6", "nghìn tỷ đồng", "ind_output_bvnd", "4600"),
        ("24000", "kW", "re_capacity_mw", "24"),
    ],
)
def test_values_are_converted_exactly(catalog: Catalog, value: str, text: str, measure: str, expected: str) -> None:
    converted = units.convert(catalog, Decimal(value), units.resolve(catalog, text), catalog.measures[measure], QUARTER)
    assert isinstance(converted, units.Converted)
    assert str(converted.value) == expected
    assert converted.value == Decimal(value) * converted.factor


@pytest.mark.parametrize(
    ("text", "measure", "why"),
    [
        ("lít", "prod_cement_t", "dimension"),
        ("tấn", "prod_wood_m3", "dimension"),
        ("kWh", "re_capacity_mw", "dimension"),
        ("lượt người", "training_people_n", "noun"),
        ("kW", "pv_hh_kwp", "dimension"),
        ("điểm %", "nso_iip_yoy", "dimension"),
        ("người/ngày", "pop_urban_n", "rate_of_stock"),
        ("Phôi thép", "prod_cement_t", "no_unit"),
        ("USD", "plan_spent_mvnd", "dimension"),
    ],
)
def test_families_and_count_nouns_are_kept_apart(catalog: Catalog, text: str, measure: str, why: str) -> None:
    found = units.convert(catalog, Decimal(1), units.resolve(catalog, text), catalog.measures[measure], QUARTER)
    assert isinstance(found, units.Incompatible)
    assert found.why == why


def test_thousands_of_another_thing_keep_their_thousand(catalog: Catalog) -> None:
    found = units.factor_of(catalog, units.resolve(catalog, "nghìn viên"), catalog.measures["bag_plastic_n"])
    assert isinstance(found, units.Incompatible)
    assert (found.why, found.factor) == ("noun", 1000)


def test_a_rate_needs_the_period(catalog: Catalog) -> None:
    match, measure = units.resolve(catalog, "tấn/ngày"), catalog.measures["msw_gen_urban_t"]
    for code, days in (("2023-Q1", 90), ("2024-Q1", 91), ("2024-Q3", 92)):
        converted = units.convert(catalog, Decimal(1), match, measure, periods.period(code))
        assert isinstance(converted, units.Converted)
        assert converted.value == days
    assert isinstance(units.convert(catalog, Decimal(1), match, measure), units.Incompatible)


@pytest.mark.parametrize(
    ("measure", "value", "grade", "toe"),
    [
        ("use_elec_kwh", "1000", None, "0.1543"),
        ("use_coke_t", "10", None, "7.25"),
        ("use_diesel_l", "1000", None, "0.88"),
        ("use_anthracite_t", "10", "Cám 1-2", "7"),
        ("use_anthracite_t", "10", "than cám 3,4", "6"),
        ("use_anthracite_t", "10", "Cám 5-6", "5"),
        ("use_lpg_t", "2", None, "2.18"),
        ("use_biomass_t", "1", None, "0.35"),
    ],
)
def test_energy_becomes_toe_by_the_dated_factor(
    catalog: Catalog, measure: str, value: str, grade: str | None, toe: str
) -> None:
    converted = units.toe(catalog, measure, Decimal(value), date(2024, 3, 31), grade)
    assert converted is not None
    assert str(converted.value) == toe
    assert (converted.factor_version or "").startswith("TOE-3505-2011/")


def test_without_grade_or_table_there_is_no_toe(catalog: Catalog) -> None:
    assert units.toe(catalog, "use_anthracite_t", Decimal(10), date(2024, 3, 31)) is None
    assert units.toe(catalog, "use_anthracite_t", Decimal(10), date(2024, 3, 31), "đá vôi") is None
    assert units.toe(catalog, "use_elec_kwh", Decimal(10), date(2010, 1, 1)) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=13), st.sampled_from(["kg", "tấn", "nghìn tấn", "tạ"]))
def test_conversion_loses_no_digit(value: Decimal, text: str) -> None:
    catalog = load_catalog(Path(__file__).parents[2] / "include" / "catalog")
    measure: Measure = catalog.measures["prod_cement_t"]
    match = units.resolve(catalog, text)
    converted = units.convert(catalog, value, match, measure)
    assert isinstance(converted, units.Converted)
    assert match.unit is not None
    assert units.exact_quotient(converted.value, match.unit.to_base) == value
