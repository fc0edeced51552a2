"""Known errors of a source put right while it is read: guarded, dated, and never silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from xanh.catalog import Catalog
from xanh.catalog.corrections import Correction
from xanh.codes.units import exact_product, plain_decimal
from xanh.language.text import fold
from xanh.model import Issue, Observation, Reading, Table
from xanh.validation.messages import issue


def apply(catalog: Catalog, reading: Reading, today: date) -> Reading:
    """The reading with the catalogue's corrections applied, each with an issue.

    A correction whose guard fails, or that has expired, changes nothing and says so: it is ours to remove. The text that
    stood in the cell stays with the observation.
    """
    found = [
        (each, one)
        for one in _of_forms(catalog, reading)
        for each in reading.observations
        if _means(one, each, reading)
    ]
    if not found:
        return reading
    issues: list[Issue] = []
    changed: dict[int, Observation] = {}
    for observation, correction in found:
        after = _corrected(correction, observation, today)
        issues.append(_said(catalog, correction, observation, after, today))
        if after is not None:
            changed[id(observation)] = after
    return replace(
        reading,
        observations=tuple(changed.get(id(each), each) for each in reading.observations),
        issues=(*reading.issues, *issues),
        tables=tuple(_in_table(table, reading.observations, changed) for table in reading.tables),
    )


def _of_forms(catalog: Catalog, reading: Reading) -> Iterable[Correction]:
    return (one for one in catalog.corrections if one.form in reading.forms)


def _means(one: Correction, each: Observation, reading: Reading) -> bool:
    return (
        (one.form, one.measure, one.period, one.flow) == (each.form, each.measure, each.period.code, each.flow)
        and one.department in (None, reading.department)
        and one.area in (None, each.area)
        and fold(one.item or "") == fold(each.item_name or "")
    )


def _corrected(one: Correction, each: Observation, today: date) -> Observation | None:
    """The observation as it should be; None where the correction does not apply."""
    if today > one.expires_on or each.value is None or abs(each.value - one.expect) > one.tolerance:
        return None
    if one.multiply_by is not None:
        return replace(each, value=exact_product(each.value, one.multiply_by))
    if one.value is not None:
        return replace(each, value=plain_decimal(one.value))
    return replace(each, value=None, obs_status="M")


def _said(catalog: Catalog, one: Correction, each: Observation, after: Observation | None, today: date) -> Issue:
    words: dict[str, object] = {"code": one.code, "label": each.source_label, "before": _shown(each.value)}
    if after is not None:
        rule, words = "K01", {**words, "after": _shown(after.value), "reason": one.reason}
    elif today > one.expires_on:
        rule, words = "K03", {**words, "expires": f"{one.expires_on:%d/%m/%Y}"}
    else:
        rule, words = "K02", {**words, "expected": _shown(one.expect)}
    return issue(
        catalog,
        rule,
        sheet=each.source_sheet,
        cell=each.source_cell,
        value=each.source_value,
        cells=(),
        severity=None,
        **words,
    )


def _shown(value: Decimal | None) -> str:
    return "…" if value is None else format(value, "f")


def _in_table(table: Table, before: Iterable[Observation], changed: Mapping[int, Observation]) -> Table:
    """The table with the corrected values in it, so that the checks look at what is loaded."""
    cells = {
        (each.source_cell, each.value): changed[id(each)].value
        for each in before
        if id(each) in changed and each.source_sheet == table.sheet and each.form == table.form
    }
    if not cells:
        return table
    rows = tuple(
        {column: cells.get((addresses.get(column, ""), value), value) for column, value in row.items()}  # type: ignore[arg-type]
        for row, addresses in zip(table.rows, table.addresses, strict=True)
    )
    return replace(table, rows=rows)
