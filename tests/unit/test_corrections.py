"""Corrections of known errors: applied behind a guard, dated, and always said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from xanh.catalog import Catalog
from xanh.catalog.corrections import Correction
from xanh.language import periods
from xanh.model import Observation, Reading, Table
from xanh.reading import corrections

TODAY = date(2026, 11, 28)
WRONG = Observation(
    form="F01",
    measure="prod_steel_billet_t",
    item_code="ST",
    item_name="Phôi thép",
    area="ALL:04",
    period=periods.period("2024-05"),
    flow="period",
    obs_status="A",
    value=Decimal(17000000),
    unit="tấn",
    source_sheet="Bieu 01",
    source_cell="F17",
    source_label="Phôi thép",
    source_value="17000",
    source_unit="nghìn tấn",
    factor=Decimal(1000),
)
KNOWN = Correction(
    code="TEST-1",
    form="F01",
    measure="prod_steel_billet_t",
    item="Phôi thép",
    period="2024-05",
    expect=Decimal(17000000),
    multiply_by=Decimal("0.001"),
    reason="unit",
    evidence="letter",
    author="officer",
    noted_on=date(2024, 7, 1),
    expires_on=date(2027, 1, 1),
    status="ASSUMED",
)


def reading(*observations: Observation) -> Reading:
    table = Table("F01", "2021", "main", "Bieu 01", ({"prev": observations[0].value},), ({"prev": "F17"},))
    return Reading(("F01",), "2021", "so-cong-thuong", None, periods.period("2024-06"), (), observations, (), (table,))


def applied(catalog: Catalog, known: Correction, *observations: Observation, today: date = TODAY) -> Reading:
    return corrections.apply(replace(catalog, corrections=(known,)), reading(*observations), today)


def test_a_known_error_is_put_right_and_said(catalog: Catalog) -> None:
    result = applied(catalog, KNOWN, WRONG)
    (observation,), (issue,) = result.observations, result.issues
    assert (str(observation.value), observation.source_value) == ("17000", "17000")
    assert (issue.rule, issue.severity, issue.responsibility, issue.cell) == ("K01", "info", "us", "F17")
    assert "17000000" in issue.message_vi
    assert result.tables[0].rows[0]["prev"] == 17000


@pytest.mark.parametrize("value", [Decimal(17000), None])
def test_a_repaired_source_is_said_and_left_alone(catalog: Catalog, value: Decimal | None) -> None:
    result = applied(catalog, KNOWN, replace(WRONG, value=value))
    assert result.observations[0].value == value
    assert [(issue.rule, issue.severity, issue.responsibility) for issue in result.issues] == [("K02", "warning", "us")]


def test_an_expired_correction_changes_nothing(catalog: Catalog) -> None:
    result = applied(catalog, KNOWN, WRONG, today=date(2027, 1, 2))
    assert result.observations == (WRONG,)
    assert [issue.rule for issue in result.issues] == ["K03"]


def test_a_value_nobody_knows_becomes_missing(catalog: Catalog) -> None:
    (observation,) = applied(catalog, KNOWN.model_copy(update={"multiply_by": None}), WRONG).observations
    assert (observation.value, observation.obs_status) == (None, "M")


@pytest.mark.parametrize(
    "other",
    [
        {"item_name": "Gang"},
        {"period": periods.period("2024-06")},
        {"flow": "ytd"},
        {"measure": "prod_pig_iron_t"},
        {"form": "F02"},
    ],
)
def test_another_value_is_not_touched(catalog: Catalog, other: dict[str, object]) -> None:
    one = replace(WRONG, **other)  # type: ignore[arg-type]
    before = reading(one)
    assert corrections.apply(replace(catalog, corrections=(KNOWN,)), before, TODAY) is before


def test_the_guard_may_leave_the_last_digits_open(catalog: Catalog) -> None:
    loose = KNOWN.model_copy(update={"tolerance": Decimal(100)})
    (observation,) = applied(catalog, loose, replace(WRONG, value=Decimal("17000012.5"))).observations
    assert str(observation.value) == "17000.0125"
