"""Copies the indicators of the catalogue into the warehouse, where the computation reads them as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from xanh.catalog.indicator_catalog import IndicatorCatalog
from xanh.catalog.indicators import Indicator
from xanh.indicators.crosswalk import shares

if TYPE_CHECKING:
    from xanh.catalog import Catalog

FREQUENCIES = {"month": "M", "quarter": "Q", "half": "H", "year": "A"}
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(9999, 12, 31)

Rows = Iterable[Sequence[Any]]


def copy_definitions(connection: Connection[Any], catalog: Catalog) -> bool:
    """Brings core.indicator* and the crosswalk up to the catalogue; False when they were already there."""
    known = connection.execute("select catalog_hash from core.plan").fetchone()
    if known and known[0] == catalog.hash:
        return False
    tables = dict(_tables(catalog))
    for table in reversed(tables):
        connection.execute(SQL("delete from core.{}").format(Identifier(table)))
    for table, rows in tables.items():
        _copy(connection, table, rows)
    return True


def _copy(connection: Connection[Any], table: str, rows: Rows) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(SQL("copy core.{} from stdin").format(Identifier(table))) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _tables(catalog: Catalog) -> Iterator[tuple[str, Rows]]:
    """Each table with its rows in the order of its columns; tables that others refer to come first."""
    known: IndicatorCatalog = catalog.indicators
    parameters = known.parameters
    yield "plan", [
        (
            parameters.plan_code, parameters.plan_name_vi, parameters.programme, parameters.plan_start,
            parameters.plan_end, parameters.on_track_tolerance, catalog.hash,
        )
    ]  # fmt: skip
    yield (
        "geography",
        [
            (g.code, g.vintage, g.unit_level, g.name_vi, g.name_en, g.valid_from, g.valid_to)
            for g in parameters.geographies
        ],
    )
    yield (
        "crosswalk",
        [
            (s.geography, s.old, s.new, s.share, s.method)
            for s in shares(catalog.areas, catalog.crosswalk, parameters.geographies)
        ],
    )
    yield (
        "indicator_item_area",
        [(item.code, key.partition(":")[0], key) for item in catalog.items.values() for key in item.areas],
    )
    yield "indicator", [_indicator(known, n, i) for n, i in enumerate(known.indicators.values(), 1)]
    yield "indicator_frequency", [(i.code, FREQUENCIES[f]) for i in known.indicators.values() for f in i.frequency]
    yield "indicator_component", [row for i in known.indicators.values() for row in _components(known, i)]
    yield (
        "indicator_weight",
        [
            (w.code, w.valid_from or FIRST_DAY, w.valid_to or LAST_DAY, w.value, w.is_estimate, w.source, w.status)
            for w in parameters.weights
        ],
    )
    yield "indicator_sender", sorted({
        (measure, sender, n)
        for a in parameters.authorities
        for measure in a.measures
        for n, sender in enumerate(a.senders)
    })  # fmt: skip
    yield (
        "indicator_sector",
        [
            (i.code, s.code, product, s.name_vi, s.name_en, i.code in s.indicators, n)
            for i in known.indicators.values()
            if i.series == "sector"
            for n, s in enumerate(parameters.sectors, 1)
            for product in s.products
        ],
    )
    yield "indicator_unit", [row for i in known.indicators.values() for row in _units(catalog, i)]
    yield "indicator_target", [row for i in known.indicators.values() for row in _targets(i)]


def _indicator(known: IndicatorCatalog, number: int, i: Indicator) -> Sequence[Any]:
    theme = known.theme_of(i.code)
    parameters = known.parameters
    return (
        i.code, theme.theme, theme.name_vi, theme.name_en, i.name_vi, i.name_en, number, i.tier, i.unit, i.kind,
        i.multiplier, i.match, i.series, i.has_total, i.counts_areas, i.is_share, i.is_register, i.definition_vi,
        i.definition_en, i.direction, i.aggregation.time, i.aggregation.areas, i.aggregation.items,
        "; ".join(i.disaggregation), "; ".join(i.frequency), i.units.by, i.reporters_vi, i.plan_sentence,
        parameters.sentences[i.plan_sentence], i.legal_source, "; ".join(i.sdg), i.source, i.minimum_coverage,
        i.small_count.threshold, i.small_count.action, parameters.baseline.year, parameters.baseline.version,
        i.status_definition, i.status_target, i.note,
    )  # fmt: skip


def _components(known: IndicatorCatalog, i: Indicator) -> Rows:
    for number, (role, component) in enumerate(i.components, 1):
        source, rule = known.source_of(component.measure)
        forms = "|".join(known.forms_for(i.kind, component.measure))
        yield i.code, number, role, component.measure, source, rule, component.over_time, component.factor, forms


def _units(catalog: Catalog, i: Indicator) -> Rows:
    """Who has to report for the indicator, with each area and validity. Empty for single and observed units."""
    geographies = catalog.indicators.parameters.geographies
    spans = {g.vintage: (g.valid_from or FIRST_DAY, g.valid_to or LAST_DAY) for g in geographies}
    if i.units.by == "areas":
        levels = {(g.vintage, g.unit_level) for g in geographies}
        for area in catalog.areas.values():
            if (area.vintage, area.level) in levels:
                first, last = spans[area.vintage]
                yield i.code, area.key, area.key, area.name_vi, area.valid_from or first, area.valid_to or last
    elif i.units.by == "register":
        for item in (item for register in i.units.registers for item in catalog.items_of(register)):
            if i.units.kinds and item.kind not in i.units.kinds:
                continue
            for key in item.areas:
                first, last = spans.get(key.partition(":")[0], (FIRST_DAY, LAST_DAY))
                start, end = max(first, item.valid_from or FIRST_DAY), min(last, item.valid_to or LAST_DAY)
                if start <= end:
                    yield i.code, item.code, key, item.name_vi, start, end


def _targets(i: Indicator) -> Rows:
    for number, t in enumerate(i.targets, 1):
        yield (
            i.code, number, "plan", t.by, t.operator, t.low, t.high, t.unit, t.text_vi, True, t.path_from, t.path_value,
            t.source, t.status,
        )  # fmt: skip
    for number, n in enumerate(i.national, 1):
        yield (
            i.code, number, "national", date(n.year, 12, 31), None, n.low, n.high, n.unit, n.text_vi, n.is_comparable,
            None, None, n.source, n.status,
        )  # fmt: skip
