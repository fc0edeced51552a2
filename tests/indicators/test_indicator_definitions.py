"""The catalogue of indicators is complete, and definitions that cannot be right are refused with the reason."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from xanh.catalog import Catalog, load_catalog
from xanh.catalog.indicators import Component, Indicator
from xanh.catalog.objections import forms_of_measures, objections, objections_to
from xanh.settings import ROOT

CATALOG = load_catalog(ROOT / "include" / "catalog")
KNOWN = CATALOG.indicators
FORMS = forms_of_measures(CATALOG.forms, {register: CATALOG.items_of(register) for register in CATALOG.registers})
ALL = tuple(KNOWN.indicators.values())
SUMS = tuple(i for i in ALL if i.kind == "sum")
RATIOS = tuple(i for i in ALL if i.kind != "sum")
STOCKS = tuple(i for i in SUMS if i.aggregation.time == "last")
TARGETED = tuple(i for i in ALL if i.targets)


def changed(i: Indicator, **update: Any) -> Indicator:
    return i.model_copy(update=update)


def aggregated(i: Indicator, direction: str, rule: str) -> Indicator:
    return changed(i, aggregation=i.aggregation.model_copy(update={direction: rule}))


def over_time(i: Indicator, rule: str) -> Indicator:
    return changed(i, numerator=tuple(c.model_copy(update={"over_time": rule}) for c in i.numerator))


def aimed(i: Indicator, **update: Any) -> Indicator:
    return changed(i, targets=tuple(t.model_copy(update=update) for t in i.targets))


def with_measure(i: Indicator, measure: str, rule: str = "sum") -> Indicator:
    return changed(i, numerator=(*i.numerator, Component(measure=measure, over_time=rule)))


ILLEGAL = [
    *((f"{i.code} average over {d}", aggregated(i, d, "average")) for i in RATIOS for d in ("time", "areas", "items")),
    *((f"{i.code} sum over {d}", aggregated(i, d, "sum")) for i in RATIOS for d in ("time", "areas", "items")),
    *((f"{i.code} last over time", aggregated(i, "time", "last")) for i in RATIOS),
    *((f"{i.code} sum of a stock over time", aggregated(i, "time", "sum")) for i in STOCKS),
    *((f"{i.code} its stock summed over time", over_time(i, "sum")) for i in STOCKS),
    *((f"{i.code} average", aggregated(i, "areas", "average")) for i in SUMS),
    *((f"{i.code} last value of a flow", over_time(i, "last")) for i in SUMS if i not in STOCKS),
    *((f"{i.code} without denominator", changed(i, denominator=())) for i in RATIOS if i.kind != "change"),
    *((f"{i.code} unknown measure", with_measure(i, "no_such_measure")) for i in ALL[:5]),
    *((f"{i.code} adds tonnes", with_measure(i, "msw_gen_urban_t")) for i in SUMS if i.unit != "tấn"),
    *((f"{i.code} adds a stock", with_measure(i, "hh_total_n", "last")) for i in SUMS if i not in STOCKS),
    *((f"{i.code} overlapping areas", changed(i, disaggregation=("district", "commune"))) for i in SUMS[:6]),
    *((f"{i.code} times one", changed(i, multiplier=Decimal(1))) for i in RATIOS if i.unit == "%"),
    *((f"{i.code} another unit", changed(i, unit="tấn/người")) for i in SUMS),
    *((f"{i.code} has a source after all", changed(i, source="none_yet")) for i in ALL if i.source == "form"),
    *((f"{i.code} has no source", changed(i, source="form")) for i in ALL if i.source != "form"),
    *((f"{i.code} target in another unit", aimed(i, unit="tấn")) for i in TARGETED),
    *((f"{i.code} target upside down", aimed(i, low=Decimal(9), high=Decimal(5))) for i in TARGETED),
    *((f"{i.code} target without a value", aimed(i, low=None)) for i in TARGETED),
    *((f"{i.code} target against its direction", changed(i, direction="decrease")) for i in TARGETED if i.is_share),
    *((f"{i.code} more than all", aimed(i, low=Decimal(120))) for i in TARGETED if i.is_share),
    *((f"{i.code} no coverage", changed(i, minimum_coverage=Decimal(0))) for i in ALL[:3]),
    *((f"{i.code} no such sentence", changed(i, plan_sentence="X9")) for i in ALL[:3]),
    *((f"{i.code} unmatched", changed(i, match="none")) for i in ALL if i.kind in ("intensity", "reduction", "change")),
    *((f"{i.code} total over products", changed(i, has_total=True)) for i in ALL if i.series == "product"),
]


@pytest.mark.parametrize("definition", [pytest.param(i, id=name) for name, i in ILLEGAL])
def test_a_definition_that_cannot_be_right_is_refused_with_a_reason(definition: Indicator) -> None:
    assert [reason for reason in objections_to(definition, KNOWN, CATALOG.measures, FORMS) if len(reason) > 15]


def test_at_least_a_hundred_illegal_definitions_are_tried() -> None:
    assert len(ILLEGAL) >= 100


def test_every_indicator_of_the_catalogue_can_be_computed_as_declared() -> None:
    assert objections(KNOWN, CATALOG.measures, FORMS) == []


def test_a_measure_of_two_forms_needs_to_say_which_one_counts() -> None:
    nobody = replace(KNOWN, parameters=KNOWN.parameters.model_copy(update={"authorities": ()}))
    intensity = KNOWN.indicators["eff_coke_int_iron"]
    reasons = list(objections_to(intensity, nobody, CATALOG.measures, FORMS))
    assert any("which form counts" in reason for reason in reasons)


def test_the_72_indicators_of_the_plan_are_all_there_with_their_names_units_and_sources(
    shared: Path, catalog: Catalog
) -> None:
    wanted = yaml.safe_load((shared / "domain/indicators.yaml").read_text(encoding="utf-8"))["indicators"]
    found = catalog.indicators.indicators
    assert [i["code"] for i in wanted] == sorted(found, key=[i["code"] for i in wanted].index)
    for i in wanted:
        ours = found[i["code"]]
        assert (ours.name_vi, ours.name_en, ours.tier) == (i["name_vi"], i["name_en"], i["tier"])
        assert (ours.reporters_vi, ours.plan_sentence) == (i["reporting_department"], i["source_sentence_id"])
        assert catalog.indicators.parameters.sentences[ours.plan_sentence] == i["source_sentence"]


def test_the_seven_numeric_targets_are_those_of_the_plan(catalog: Catalog) -> None:
    targets = {
        i.code: [(t.operator, t.low, t.high, t.unit, t.by.isoformat()) for t in i.targets]
        for i in catalog.indicators.indicators.values()
        if i.targets
    }
    all_of_them = [(">=", 100, None, "%", "2025-12-31")]
    reduction = [("between", 5, 8, "%", "2025-12-31")]
    assert targets == {
        "awr_unit_outreach_pct": all_of_them,
        "awr_unit_tasklist_pct": all_of_them,
        "awr_zone_pct": all_of_them,
        "tr_eco_pack_pct": all_of_them,
        "eff_red_sector_pct": reduction,
        "eff_red_overall_pct": reduction,
        "cp_model_n": [("between", 1, 2, "mô hình", "2025-12-31")],
    }


def test_national_targets_stand_beside_those_of_the_province(catalog: Catalog) -> None:
    stores = catalog.indicators.indicators["tr_eco_pack_pct"].national
    assert [(n.year, n.low, n.is_comparable) for n in stores] == [(2025, 85, True), (2030, 100, True)]
    outreach = catalog.indicators.indicators["awr_unit_outreach_pct"].national
    assert [(n.low, n.is_comparable) for n in outreach] == [(80, False), (100, False)]
