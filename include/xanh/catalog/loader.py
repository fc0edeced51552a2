"""Loads everything in the catalogue folder, and reports all mistakes of all files at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from xanh.catalog.calendar import Contact, DeliveryNote, Obligations
from xanh.catalog.codelists import (
    Abbreviation,
    Area,
    AreaPrefix,
    Crossing,
    DittoMark,
    Holiday,
    Industry,
    Item,
    Measure,
    Register,
    ScaleWord,
    Spelling,
    Unit,
)
from xanh.catalog.corrections import Correction, CorrectionFile
from xanh.catalog.departments import (
    Committee,
    Department,
    Departments,
    Group,
    Name,
    Succession,
)
from xanh.catalog.factors import Factors, FactorTable
from xanh.catalog.form_catalog import FormCatalog, read_forms
from xanh.catalog.indicator_catalog import IndicatorCatalog, read_indicators
from xanh.catalog.rules import Rule, RuleFile
from xanh.catalog.strict import CatalogError, M, read_csv, read_yaml

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Catalog:
    """Everything the engine knows about the province; compared and hashed by identity, so that it can key a cache."""

    folder: Path
    hash: str
    """SHA-256 over the names and bytes of all files."""
    departments: Mapping[str, Department]
    areas: Mapping[str, Area]
    measures: Mapping[str, Measure]
    registers: Mapping[str, Register]
    items: Mapping[str, Item]
    register_of: Mapping[str, str]
    """The register of each item, by item code."""
    units: Mapping[str, Unit]
    spellings: tuple[Spelling, ...]
    scale_words: tuple[ScaleWord, ...]
    ditto_marks: tuple[DittoMark, ...]
    area_prefixes: tuple[AreaPrefix, ...]
    abbreviations: tuple[Abbreviation, ...]
    factor_tables: tuple[FactorTable, ...]
    industries: tuple[Industry, ...]
    rules: Mapping[str, Rule]
    forms: FormCatalog
    indicators: IndicatorCatalog
    crosswalk: tuple[Crossing, ...]
    holidays: tuple[Holiday, ...]
    obligations: Obligations
    delivery_notes: tuple[DeliveryNote, ...]
    contacts: tuple[Contact, ...]
    corrections: tuple[Correction, ...]

    def items_of(self, register: str) -> tuple[Item, ...]:
        """The items of one register, in the order of its file."""
        return tuple(item for code, item in self.items.items() if self.register_of[code] == register)

    def area_of(self, item: Item, day: date) -> str | None:
        """The key of the area where the item stands on a day; None when the register does not say."""
        return next((key for key in item.areas if self.areas[key].is_valid_on(day)), None)


_loaded: dict[tuple[Path, str], Catalog] = {}


def load_catalog(folder: Path) -> Catalog:
    """The catalogue of the folder, the same object while no byte changes. Raises CatalogError with every problem."""
    folder = folder.resolve()
    key = (folder, catalog_hash(folder))
    if key not in _loaded:
        _loaded[key] = _Reader(folder).catalog(key[1])
    return _loaded[key]


def catalog_hash(folder: Path) -> str:
    """SHA-256 over relative name and content of each file, in the order of the names."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []

    def catalog(self, digest: str) -> Catalog:
        lists = self._lists()
        forms = self._try(lambda: read_forms(self.folder / "forms"))
        indicators = self._try(lambda: read_indicators(self.folder / "indicators"))
        obligations = self._try(lambda: read_yaml(self.folder / "obligations.yaml", Obligations))
        if self.problems or forms is None or indicators is None or obligations is None:
            raise CatalogError(self.problems)
        return Catalog(
            folder=self.folder, hash=digest, forms=forms, indicators=indicators, obligations=obligations, **lists
        )

    def _lists(self) -> dict[str, Any]:
        lists = self.folder / "codelists"
        registers = self._keyed(self._csv(lists / "registers.csv", Register), lambda r: r.code, "registers.csv")
        items, register_of = self._items(lists / "registers", registers)
        return {
            "departments": self._departments(),
            "areas": self._keyed(self._csv(lists / "areas.csv", Area), lambda a: a.key, "areas.csv"),
            "measures": self._keyed(self._csv(lists / "measures.csv", Measure), lambda m: m.code, "measures.csv"),
            "registers": registers,
            "items": items,
            "register_of": register_of,
            "units": self._keyed(self._csv(lists / "units.csv", Unit), lambda u: u.code, "units.csv"),
            "spellings": self._csv(lists / "unit_spellings.csv", Spelling),
            "scale_words": self._csv(lists / "scale_words.csv", ScaleWord),
            "ditto_marks": self._csv(lists / "ditto_marks.csv", DittoMark),
            "area_prefixes": self._csv(lists / "area_prefixes.csv", AreaPrefix),
            "abbreviations": self._csv(lists / "abbreviations.csv", Abbreviation),
            "factor_tables": self._factors(),
            "industries": self._csv(lists / "industries.csv", Industry),
            "rules": self._rules(),
            "crosswalk": self._csv(lists / "crosswalk.csv", Crossing),
            "holidays": self._csv(self.folder / "holidays.csv", Holiday),
            "delivery_notes": self._csv(self.folder / "delivery_notes.csv", DeliveryNote),
            "contacts": self._csv(self.folder / "contacts.csv", Contact),
            "corrections": self._corrections(),
        }

    def _try(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except CatalogError as error:
            self.problems.extend(error.problems)
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{error}")
        return None

    def _csv(self, path: Path, model: type[M]) -> tuple[M, ...]:
        return self._try(lambda: read_csv(path, model)) or ()

    def _keyed(self, entries: Iterable[T], key: Callable[[T], str], where: str) -> Mapping[str, T]:
        found: dict[str, T] = {}
        for entry in entries:
            if key(entry) in found:
                self.problems.append(f"{where}:1: {key(entry)!r} stands there twice")
            found[key(entry)] = entry
        return MappingProxyType(found)

    def _items(self, folder: Path, registers: Mapping[str, Register]) -> tuple[Mapping[str, Item], Mapping[str, str]]:
        entries: list[Item] = []
        register_of: dict[str, str] = {}
        for path in sorted(folder.glob("*.csv")):
            if path.stem not in registers:
                self.problems.append(f"{path}:1: {path.stem!r} is not in registers.csv")
            for item in self._csv(path, Item):
                entries.append(item)
                register_of[item.code] = path.stem
        return self._keyed(entries, lambda item: item.code, "registers"), MappingProxyType(register_of)

    def _departments(self) -> Mapping[str, Department]:
        file = self._try(lambda: read_yaml(self.folder / "departments.yaml", Departments))
        rows = self._csv(self.folder / "committees.csv", Committee)
        if file is None:
            return MappingProxyType({})
        groups = {group.code: group for group in file.groups}
        unknown = sorted({row.group for row in rows} - groups.keys())
        self.problems.extend(f"committees.csv:1: group {name!r} is not in departments.yaml" for name in unknown)
        committees = [_committee(row, groups[row.group]) for row in rows if row.group in groups]
        return self._keyed([*file.departments, *committees], lambda d: d.code, "departments.yaml")

    def _factors(self) -> tuple[FactorTable, ...]:
        file = self._try(lambda: read_yaml(self.folder / "factors.yaml", Factors))
        return file.tables if file else ()

    def _corrections(self) -> tuple[Correction, ...]:
        found: list[Correction] = []
        for path in sorted((self.folder / "corrections").glob("*.yaml")):
            file = self._try(lambda path=path: read_yaml(path, CorrectionFile))  # type: ignore[misc]
            found.extend(file.root if file else ())
        return tuple(self._keyed(found, lambda one: one.code, "corrections").values())

    def _rules(self) -> Mapping[str, Rule]:
        rules: list[Rule] = []
        for path in sorted((self.folder / "rules").glob("*.yaml")):
            file = self._try(lambda path=path: read_yaml(path, RuleFile))  # type: ignore[misc]
            rules.extend(file.root if file else ())
        return self._keyed(rules, lambda rule: rule.rule, "rules")


def _committee(row: Committee, group: Group) -> Department:
    reports = tuple(
        report.model_copy(update={"areas": tuple(row.area if area == "own" else area for area in report.areas or ())})
        for report in group.reports
    )
    since = row.valid_to and row.valid_to.fromordinal(row.valid_to.toordinal() + 1)
    return Department(
        code=row.code,
        names=(Name(vi=row.name_vi, en=row.name_en),),
        aliases=row.aliases,
        area=row.area,
        group=row.group,
        reports=reports,
        successors=tuple(Succession(department=code, since=since) for code in row.successors) if since else (),
        status=group.status,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
