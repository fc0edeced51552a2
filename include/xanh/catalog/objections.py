"""What is wrong with a definition: not computable, units that do not fit, an aggregation that is not derivable.

Each sentence names the indicator and the reason. An average of percentages, a sum of stocks over time and a sum over
overlapping areas are numbers that look right and mean nothing, so the catalogue refuses them before they are computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xanh.catalog.codelists import Item, Measure
from xanh.catalog.form_catalog import FormCatalog
from xanh.catalog.indicator_catalog import IndicatorCatalog
from xanh.catalog.indicators import Component, Indicator, Target

FormsOf = Mapping[str, frozenset[str]]
"""The forms that bring each measure."""
_LENGTH = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_OVER_TIME = {
    "flow": {"sum", "distinct"},
    "stock": {"last", "days"},
    "status": {"last", "max"},
    "index": set[str](),
}
_REASONS = {
    ("flow", "last"): "a flow arises over a period, so its last value leaves out the others",
    ("flow", "max"): "a flow adds up over time, its maximum is not the amount of the period",
    ("flow", "days"): "only a stock can be weighted with days",
    ("stock", "sum"): "a stock summed over time counts the same units several times",
    ("stock", "max"): "the largest stock of a period is not its state",
    ("stock", "distinct"): "a stock is a state, not a count over the period",
    ("status", "sum"): "yes or no summed over time counts one unit several times",
    ("status", "days"): "only a stock can be weighted with days",
    ("status", "distinct"): "a status is a state, not a count over the period",
}


def forms_of_measures(forms: FormCatalog, register_items: Mapping[str, tuple[Item, ...]]) -> FormsOf:
    """The forms that bring each measure, in any edition."""
    found: dict[str, set[str]] = {}
    for form in forms.forms.values():
        for table in (table for layout in form.layouts for table in layout.tables):
            for emission in table.observations:
                measures = {emission.measure}
                if emission.measure == "line":
                    measures = {line.measure for line in table.rows.lines if line.measure}
                elif emission.measure == "item":
                    registers = {rule.item_register for rule in table.rows.items if rule.item_register}
                    measures = {i.measure for r in registers for i in register_items.get(r, ()) if i.measure}
                for measure in measures:
                    found.setdefault(measure, set()).add(form.code)
    return {measure: frozenset(codes) for measure, codes in found.items()}


def objections(known: IndicatorCatalog, measures: Mapping[str, Measure], forms_of: FormsOf) -> list[str]:
    """Everything that is wrong with the indicators, one sentence each; empty when all can be computed as declared."""
    return [
        f"{indicator.code}: {reason}"
        for indicator in known.indicators.values()
        for reason in objections_to(indicator, known, measures, forms_of)
    ]


def objections_to(
    i: Indicator, known: IndicatorCatalog, measures: Mapping[str, Measure], forms_of: FormsOf
) -> Iterator[str]:
    """Why the definition of one indicator is refused."""
    unknown = [c.measure for _, c in i.components if c.measure not in measures]
    if unknown:
        yield f"the measure {', '.join(unknown)} is not in measures.csv"
        return
    yield from _shape(i)
    yield from _source(i, known, forms_of)
    yield from _over_time(i, measures)
    yield from _aggregation(i, measures)
    yield from _units(i, known, measures)
    for target in i.targets:
        yield from _target(i, target, known)
    if i.plan_sentence not in known.parameters.sentences:
        yield f"the plan sentence {i.plan_sentence} is not in parameters.yaml"


def _shape(i: Indicator) -> Iterator[str]:
    if not i.numerator:
        yield "it has no numerator"
    if i.kind in ("ratio", "intensity", "reduction") and not i.denominator:
        yield f"a {i.kind} needs a denominator"
    if i.kind in ("sum", "change") and i.denominator:
        yield f"a {i.kind} has no denominator"
    if i.kind in ("intensity", "reduction", "change") and i.match != "cell":
        yield f"a {i.kind} takes both sides from the same unit and period: match must be cell"
    if i.kind == "reduction" and i.series != "sector":
        yield "a reduction over several products is only known by sector of the plan: series must be sector"
    if i.multiplier == 0:
        yield "the multiplier is zero"
    if not 0 < i.minimum_coverage <= 1:
        yield f"the minimum coverage {i.minimum_coverage} is not a share between 0 and 1"
    if not i.frequency:
        yield "it has no frequency"
    for part in (i.numerator, i.denominator):
        codes = [c.measure for c in part]
        yield from (f"{code} is added twice" for code in sorted(set(codes)) if codes.count(code) > 1)


def _source(i: Indicator, known: IndicatorCatalog, forms_of: FormsOf) -> Iterator[str]:
    missing = []
    for _, component in i.components:
        source, rule = known.source_of(component.measure)
        if rule == "areas":
            continue
        forms, allowed = forms_of.get(source, frozenset()), set(known.forms_for(i.kind, source))
        if not forms or (allowed and not forms & allowed):
            missing.append(source)
        elif len(forms) > 1 and len(forms & allowed if allowed else forms) > 1:
            yield f"{source} comes from {', '.join(sorted(forms))}: parameters.yaml has to say which form counts"
    if missing and i.source == "form":
        yield f"no form brings {', '.join(sorted(set(missing)))}; declare planned_form or none_yet"
    if not missing and i.source != "form":
        yield f"forms bring all of its measures, so it is not {i.source}"


def _over_time(i: Indicator, measures: Mapping[str, Measure]) -> Iterator[str]:
    for _, component in i.components:
        measure = measures[component.measure]
        if component.over_time not in _OVER_TIME[measure.kind]:
            reason = _REASONS.get((measure.kind, component.over_time), f"a {measure.kind} cannot be combined over time")
            yield f"{measure.code} over time by {component.over_time}: {reason}"
    days = {component.over_time == "days" for component in i.denominator}
    if True in days and (False in days or i.match != "cell"):
        yield "a denominator in days needs match cell, and all of it in days"


def _aggregation(i: Indicator, measures: Mapping[str, Measure]) -> Iterator[str]:
    for direction, rule in i.aggregation:
        if rule == "average":
            yield f"an average over {direction} is refused: units of different size would weigh the same"
        elif i.kind != "sum" and rule in ("sum", "last", "max"):
            yield f"a {i.kind} cannot be combined over {direction} by {rule}: recompute it from its sums"
        elif i.kind == "sum" and rule == "recompute":
            yield f"a sum has no parts to recompute it from over {direction}"
    if i.kind == "sum":
        yield from _sum_over_time(i, measures)
    if i.kind in ("reduction", "change") and i.aggregation.areas != "refuse":
        yield f"a {i.kind} against the baseline year is not derivable over areas: units moved between maps"
    if i.series == "product" and i.has_total:
        yield "a use per unit of one product says nothing about another, so there is no total"
    if i.series == "product" and i.aggregation.items != "refuse":
        yield "values of different products cannot be combined: items must be refuse"
    if i.series == "item" and i.has_total and i.aggregation.items == "refuse":
        yield "items cannot be combined, so there is no total"
    if i.counts_areas and i.units.by != "areas":
        yield "it counts areas, so the areas have to report"
    overlapping = {word for word in ("district", "commune", "province") if word in i.disaggregation}
    if len(overlapping) > 1 and i.aggregation.areas == "sum":
        yield f"a sum over {' and '.join(sorted(overlapping))} counts overlapping areas twice"


def _sum_over_time(i: Indicator, measures: Mapping[str, Measure]) -> Iterator[str]:
    kinds = {measures[c.measure].kind for c in i.numerator}
    time = i.aggregation.time
    if time == "sum" and kinds != {"flow"}:
        yield "a sum of stocks over time is refused: it counts the same units in every period"
    if time == "sum" and any(c.over_time == "distinct" for c in i.numerator):
        yield "a count without repeats cannot be summed over time"
    if time == "last" and "flow" in kinds:
        yield "the last value of a flow leaves out the periods before it"
    if time == "max" and kinds != {"status"}:
        yield "a maximum over time is only right for yes or no"
    if len(kinds) > 1:
        yield "flows and stocks cannot be added"


def _units(i: Indicator, known: IndicatorCatalog, measures: Mapping[str, Measure]) -> Iterator[str]:
    numerator = {_unit(c, known, measures) for c in i.numerator}
    denominator = {_unit(c, known, measures) for c in i.denominator}
    if len(numerator) > 1:
        yield f"its numerator adds {', '.join(sorted(numerator))}"
    if len(denominator) > 1 and i.series not in ("product", "sector"):
        yield f"its denominator adds {', '.join(sorted(denominator))}"
    if i.kind == "sum" and i.multiplier == 1 and numerator != {i.unit}:
        yield f"it is in {i.unit}, its measure in {', '.join(sorted(numerator))}"
    if i.kind in ("reduction", "change") and (i.unit, i.multiplier) != ("%", Decimal(100)):
        yield f"a {i.kind} is a percentage: unit % and multiplier 100"
    if i.kind == "ratio" and i.unit == "%" and (i.multiplier != 100 or not _same_quantity(i, measures)):
        yield "a percentage divides a quantity by the same quantity and multiplies by 100"
    if i.is_share and i.unit != "%":
        yield "a share is in %"
    for _, component in i.components:
        weights = [w for w in known.parameters.weights if w.code == component.factor]
        if component.factor and not weights:
            yield f"the weight {component.factor} is not in parameters.yaml"
        elif any(w.per != measures[component.measure].canonical_unit for w in weights):
            yield f"the weight {component.factor} is not per {measures[component.measure].canonical_unit}"
    finest = min((_LENGTH[f] for f in i.frequency), default=12)
    slowest = max((_LENGTH[measures[c.measure].frequency] for _, c in i.components if c.over_time == "sum"), default=1)
    if finest < slowest and min(_LENGTH[measures[c.measure].frequency] for _, c in i.components) > finest:
        yield "it is wanted more often than its measures are reported"


def _same_quantity(i: Indicator, measures: Mapping[str, Measure]) -> bool:
    families = {measures[c.measure].unit_family for _, c in i.components}
    return len(families) == 1


def _unit(component: Component, known: IndicatorCatalog, measures: Mapping[str, Measure]) -> str:
    weight = next((w for w in known.parameters.weights if w.code == component.factor), None)
    return weight.unit if weight else measures[component.measure].canonical_unit or "any"


def _target(i: Indicator, target: Target, known: IndicatorCatalog) -> Iterator[str]:
    if target.unit != i.unit:
        yield f"its target is in {target.unit}, its value in {i.unit}"
    if target.low is not None and target.high is not None and target.high < target.low:
        yield f"its target ends at {target.high}, below its start {target.low}"
    goal = target.high if target.operator == "<=" else target.low
    if goal is None or (target.operator == "between" and target.high is None):
        yield f"its target {target.operator} has no value"
    if (target.operator, i.direction) in (("<=", "increase"), (">=", "decrease")):
        yield f"its target {target.operator} goes against its direction {i.direction}"
    if i.is_share and goal is not None and not 0 <= goal <= 100:
        yield f"its target {goal} % is no share"
    if not target.path_from < target.by:
        yield "the path to its target has no length"
    if not known.parameters.plan_start <= target.by <= known.parameters.plan_end:
        yield f"its target is due on {target.by}, outside the plan"
