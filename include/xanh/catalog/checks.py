"""Cross-checks of the catalogue: what one file refers to exists in another, intervals are sane, names are
unambiguous."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path

from xanh.catalog.calendar_checks import calendar_problems
from xanh.catalog.codelists import Area, Item
from xanh.catalog.form_checks import form_problems, indicator_problems
from xanh.catalog.lines import located
from xanh.catalog.loader import Catalog, load_catalog
from xanh.catalog.strict import CatalogError
from xanh.catalog.values import Dated
from xanh.codes import items, units
from xanh.language import periods
from xanh.language.text import fold


def check_catalog(folder: Path) -> list[str]:
    """One sentence a problem, starting with file and line; empty when the catalogue is sound."""
    try:
        catalog = load_catalog(folder)
    except CatalogError as error:
        return [located(folder, problem) for problem in error.problems]
    return [located(folder, problem) for check in CHECKS for problem in check(catalog)]


def _areas(catalog: Catalog) -> Iterator[str]:
    for area in catalog.areas.values():
        for name, key in (("parent", area.parent), *(("successor", key) for key in area.successors)):
            if key is not None and key not in catalog.areas:
                yield f"codelists/areas.csv: {area.key} has the {name} {key!r}, which is no area"
        parent = catalog.areas.get(area.parent or "")
        if parent is None and area.level != "province":
            yield f"codelists/areas.csv: {area.key} has no parent"
        if parent is not None and not _overlap(area, parent):
            yield f"codelists/areas.csv: {area.key} and its parent never exist together"
    for one, other in _same_names(catalog.areas.values()):
        yield f"codelists/areas.csv: {one.key} and {other.key} have one name, type and parent at one time"


def _same_names(areas: Iterable[Area]) -> Iterator[tuple[Area, Area]]:
    named: dict[tuple[str, str, str | None], list[Area]] = defaultdict(list)
    for area in areas:
        for name in {fold(area.short_name), *map(fold, area.aliases)}:
            named[(name, area.unit_type, area.parent)].append(area)
    for bearers in named.values():
        yield from ((one, other) for one, other in combinations(bearers, 2) if _overlap(one, other))


def _departments(catalog: Catalog) -> Iterator[str]:
    kinds = {item.kind for item in catalog.items.values()}
    for department in catalog.departments.values():
        where = f"departments.yaml: {department.code}"
        for one, other in combinations(department.names, 2):
            if _overlap(one, other):
                yield f"{where}: the names {one.vi!r} and {other.vi!r} hold at one time"
        for successor in department.successors:
            if successor.department not in catalog.departments:
                yield f"{where}: the successor {successor.department!r} is no department"
        if department.area is not None and not _same_time(department, catalog.areas.get(department.area)):
            file = "committees.csv" if department.group else "departments.yaml"
            yield f"{file}: {department.code}: its area {department.area} does not exist at the same time"
        for report in department.reports:
            yield from _missing(f"{where}: form", (report.form,), catalog.forms.forms)
            yield from _missing(f"{where}: measure", report.measures or (), catalog.measures)
            yield from _missing(f"{where}: area", report.areas or (), catalog.areas)
            yield from _missing(f"{where}: item kind", report.item_kinds or (), kinds)


def _measures(catalog: Catalog) -> Iterator[str]:
    dimensions = {unit.dimension for unit in catalog.units.values()}
    for measure in catalog.measures.values():
        where = f"codelists/measures.csv: {measure.code}"
        unit = catalog.units.get(measure.canonical_unit or "")
        if measure.unit_family == "any":
            if measure.canonical_unit is not None:
                yield f"{where}: a measure of family any has no canonical unit"
        elif measure.unit_family not in dimensions:
            yield f"{where}: {measure.unit_family!r} is no dimension of units.csv"
        elif unit is None or unit.dimension != measure.unit_family:
            yield f"{where}: {measure.canonical_unit!r} is no unit of the dimension {measure.unit_family} in units.csv"
        for spelling in measure.other_units:
            if units.resolve(catalog, spelling).unit is None:
                yield f"{where}: {spelling!r} is no unit"
        if (measure.plausible_min or 0) > (measure.plausible_max or Decimal("Infinity")):
            yield f"{where}: plausible_max is below plausible_min"


def _units(catalog: Catalog) -> Iterator[str]:
    for unit in catalog.units.values():
        opened = catalog.units.get(unit.open_unit)
        if opened is None or (opened.dimension, opened.kind) != (unit.dimension, unit.kind):
            yield f"codelists/units.csv: {unit.code}: {unit.open_unit!r} is no unit of the same kind"
        if units.resolve(catalog, unit.code).unit is not unit:
            yield f"codelists/units.csv: {unit.code}: its own name is missing in unit_spellings.csv, or means another unit"
    for spelling in catalog.spellings:
        if units.resolve(catalog, spelling.spelling).unit is not catalog.units.get(spelling.unit):
            yield f"codelists/unit_spellings.csv: {spelling.spelling!r} means two units, {spelling.unit!r} among them"


def _items(catalog: Catalog) -> Iterator[str]:
    for register in catalog.registers:
        entries = catalog.items_of(register)
        where = f"codelists/registers/{register}.csv"
        for item in entries:
            yield from _item(catalog, where, item)
            for label in (item.name_vi, *item.aliases):
                if items.resolve(catalog, register, label).item is not item:
                    yield f"{where}: {label!r} of {item.code} means another item too"
        taxed = Counter(item.tax_code for item in entries if item.tax_code)
        yield from (f"{where}: the tax code {code} stands there twice" for code, count in taxed.items() if count > 1)


def _item(catalog: Catalog, where: str, item: Item) -> Iterator[str]:
    yield from _missing(f"{where}: {item.code}: area", item.areas, catalog.areas)
    yield from _missing(f"{where}: {item.code}: measure", filter(None, (item.measure,)), catalog.measures)
    known = [catalog.areas[key] for key in item.areas if key in catalog.areas]
    if any(_overlap(one, other) for one, other in combinations(known, 2)):
        yield f"{where}: {item.code} stands in two areas at one time"
    end = item.valid_to or date.max
    if known and (last := max(known, key=lambda area: area.valid_to or date.max)).valid_to and last.valid_to < end:
        yield f"{where}: {item.code} has no area after {last.valid_to}, when {last.key} ends"
    if item.unit and item.measure and item.measure in catalog.measures:
        step = units.factor_of(catalog, units.resolve(catalog, item.unit), catalog.measures[item.measure])
        if isinstance(step, units.Incompatible):
            yield f"{where}: {item.code}: the unit {item.unit!r} does not fit {item.measure}"


def _factors(catalog: Catalog) -> Iterator[str]:
    for one, other in combinations(catalog.factor_tables, 2):
        if _overlap(one, other):
            yield f"factors.yaml: {one.version} and {other.version} hold at one time"
    for table in catalog.factor_tables:
        seen: Counter[tuple[str, str]] = Counter()
        for factor in table.factors:
            where = f"factors.yaml: {table.version}: {factor.fuel}"
            yield from _missing(f"{where}: measure", factor.measures, catalog.measures)
            per = units.resolve(catalog, factor.per).unit
            for code in factor.measures:
                unit = (
                    catalog.units.get(catalog.measures[code].canonical_unit or "") if code in catalog.measures else None
                )
                if per is None or unit is None or per.dimension != unit.dimension:
                    yield f"{where}: {factor.per!r} does not fit {code}"
                seen.update({(code, fold(grade)) for grade in factor.grades or ("",)})
        yield from (f"factors.yaml: {table.version}: {key} has two factors" for key, count in seen.items() if count > 1)


def _crosswalk(catalog: Catalog) -> Iterator[str]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for crossing in catalog.crosswalk:
        yield from _missing("codelists/crosswalk.csv:", (crossing.from_key, crossing.to_key), catalog.areas)
        sums[crossing.from_key] += crossing.share or 0
    for key, total in sums.items():
        if total not in (0, 1):
            yield f"codelists/crosswalk.csv: the shares of {key!r} add up to {total}, expected 1"
    if catalog.crosswalk:
        communes = {a.key for a in catalog.areas.values() if a.level == "commune" and a.successors}
        lonely = sorted(communes - sums.keys())
        yield from (f"codelists/crosswalk.csv: {key} has successors in areas.csv and no row here" for key in lonely)


def _corrections(catalog: Catalog) -> Iterator[str]:
    for one in catalog.corrections:
        where = f"corrections: {one.code}"
        yield from _missing(f"{where}: form", (one.form,), catalog.forms.forms)
        yield from _missing(f"{where}: measure", (one.measure,), catalog.measures)
        yield from _missing(f"{where}: area", filter(None, (one.area,)), catalog.areas)
        yield from _missing(f"{where}: department", filter(None, (one.department,)), catalog.departments)
        try:
            periods.period(one.period)
        except ValueError as error:
            yield f"{where}: {error}"


def _missing(what: str, names: Iterable[str], known: Iterable[str | None]) -> Iterator[str]:
    found = set(known)
    yield from (f"{what} {name!r} is not known" for name in names if name not in found)


def _overlap(one: Dated, other: Dated) -> bool:
    return not (
        (one.valid_to and other.valid_from and one.valid_to < other.valid_from)
        or (other.valid_to and one.valid_from and other.valid_to < one.valid_from)
    )


def _same_time(one: Dated, other: Dated | None) -> bool:
    return other is not None and (one.valid_from, one.valid_to) == (other.valid_from, other.valid_to)


CHECKS: tuple[Callable[[Catalog], Iterator[str]], ...] = (
    _areas,
    _departments,
    _measures,
    _units,
    _items,
    _factors,
    _crosswalk,
    _corrections,
    calendar_problems,
    form_problems,
    indicator_problems,
)
