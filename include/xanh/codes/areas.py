"""Names of administrative units, resolved with the period: the same name is a district in June and a commune in July
2025."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from xanh.catalog import Catalog
from xanh.catalog.codelists import Area, Level
from xanh.language.text import bare_label, fold, plain
from xanh.model import Period

Kind = Literal["match", "ambiguous", "unknown", "wrong_vintage", "wrong_level"]
How = Literal["name", "short_name", "alias", "without_accents", "code"]
CLOSE_ENOUGH = 0.75
"""How similar a name must be to be suggested."""


@dataclass(frozen=True, slots=True)
class AreaMatch:
    """What a name means in a period. Only `match` gives an area to load; a suggestion is for the clerk, never used."""

    kind: Kind
    area: Area | None = None
    """The area; for `wrong_vintage` and `wrong_level` the one that bears the name but does not fit."""
    how: How | None = None
    candidates: tuple[Area, ...] = ()
    """For `ambiguous` those that bear the name; for `wrong_vintage` the successors in the period."""
    suggestion: Area | None = None

    @property
    def is_old_district(self) -> bool:
        """A district that the period no longer knows."""
        return self.kind == "wrong_vintage" and self.area is not None and self.area.level == "district"


def resolve(
    catalog: Catalog,
    name: str,
    period: Period,
    parent: str | None = None,
    levels: Sequence[Level] | None = None,
) -> AreaMatch:
    """The area that a name with or without prefix denotes in the period, below `parent` (a key), on one of the
    levels."""
    return _resolve(catalog, name, period, parent, tuple(levels) if levels else None)


def by_code(catalog: Catalog, code: str, period: Period) -> AreaMatch:
    """The area with a code of the statistics office in the period: codes are re-used, so the period chooses the
    vintage."""
    found = [area for area in catalog.areas.values() if area.code == code]
    fitting = [area for area in found if _overlaps(area, period)]
    if len(fitting) == 1:
        return AreaMatch("match", fitting[0], "code")
    if fitting:
        return AreaMatch("ambiguous", candidates=tuple(fitting))
    return AreaMatch("wrong_vintage", found[0]) if found else AreaMatch("unknown")


@lru_cache(maxsize=20_000)
def _resolve(
    catalog: Catalog, name: str, period: Period, parent: str | None, levels: tuple[Level, ...] | None
) -> AreaMatch:
    found, how = _bearers(catalog, name)
    if not found:
        found, how = _bearers(catalog, bare_label(name))
    if not found:
        found, how = _below(catalog, name)
    if parent is not None:
        found = [area for area in found if area.parent == parent]
    now = [area for area in found if _overlaps(area, period)]
    fitting = [area for area in now if levels is None or area.level in levels]
    if len(fitting) == 1:
        return AreaMatch("match", fitting[0], how)
    if fitting:
        return AreaMatch("ambiguous", candidates=tuple(fitting))
    if now:
        return AreaMatch("wrong_level", now[0], how)
    if found:
        first = min(found, key=lambda area: (("province", "district", "commune").index(area.level), _gap(area, period)))
        successors = tuple(catalog.areas[key] for key in first.successors)
        return AreaMatch("wrong_vintage", first, how, tuple(area for area in successors if _overlaps(area, period)))
    return AreaMatch("unknown", suggestion=_suggestion(catalog, name, period, levels))


def _overlaps(area: Area, period: Period) -> bool:
    return (area.valid_from is None or area.valid_from <= period.end) and (
        area.valid_to is None or period.start <= area.valid_to
    )


def _gap(area: Area, period: Period) -> int:
    """Days between an area and a period that do not meet: of two that bore a name the one nearer in time is meant."""
    if area.valid_to is not None and area.valid_to < period.start:
        return (period.start - area.valid_to).days
    return (area.valid_from - period.end).days if area.valid_from is not None else 0


@dataclass(frozen=True)
class _Index:
    prefixes: tuple[tuple[str, str | None], ...]
    """Folded prefix and unit type, the longest first."""
    by_name: Mapping[str, tuple[Area, ...]]
    by_plain: Mapping[str, tuple[Area, ...]]
    by_alias: Mapping[str, tuple[Area, ...]]


@lru_cache(maxsize=8)
def _index(catalog: Catalog) -> _Index:
    prefixes = sorted(((fold(p.prefix), p.unit_type) for p in catalog.area_prefixes), key=lambda p: -len(p[0]))
    by_name: dict[str, list[Area]] = defaultdict(list)
    by_plain: dict[str, list[Area]] = defaultdict(list)
    by_alias: dict[str, list[Area]] = defaultdict(list)
    for area in catalog.areas.values():
        by_name[fold(area.short_name)].append(area)
        by_plain[plain(area.short_name)].append(area)
        for alias in area.aliases:
            by_alias[_without_prefix(fold(alias), tuple(prefixes))[0]].append(area)
    return _Index(tuple(prefixes), _frozen(by_name), _frozen(by_plain), _frozen(by_alias))


def _frozen(lists: Mapping[str, list[Area]]) -> Mapping[str, tuple[Area, ...]]:
    return {key: tuple(areas) for key, areas in lists.items()}


def _bearers(catalog: Catalog, name: str) -> tuple[list[Area], How | None]:
    """The areas of every vintage that bear the name, and how it was written."""
    index = _index(catalog)
    rest, unit_types = _without_prefix(fold(name), index.prefixes)
    is_short = not unit_types
    ways: list[tuple[Mapping[str, tuple[Area, ...]], str, How]] = [
        (index.by_name, rest, "short_name" if is_short else "name"),
        (index.by_alias, rest, "alias"),
    ]
    if name.isascii():
        prefixes = tuple((plain(prefix), unit_type) for prefix, unit_type in index.prefixes)
        rest, unit_types = _without_prefix(plain(name), prefixes)
        ways.append((index.by_plain, rest, "without_accents"))
    for areas, key, how in ways:
        found = [area for area in areas.get(key, ()) if not unit_types or area.unit_type in unit_types]
        if found:
            return found, how
    return [], None


_UNIT_ABOVE = re.compile(r"(.{1,200}?)\s*(?:,|\s[-–])\s*([^,–-]{1,200})")
"""A comma or a dash between spaces divides a name from that of the unit above it."""


def _below(catalog: Catalog, name: str) -> tuple[list[Area], How | None]:
    """The areas of a name with the unit above it: "Phường Tân Giang, tỉnh Cao Bằng", where one lies in the other."""
    parts = _UNIT_ABOVE.fullmatch(name)
    if parts is None:
        return [], None
    above = {area.key for area in _bearers(catalog, parts[2])[0]}
    found, how = _bearers(catalog, parts[1])
    return [area for area in found if above & _ancestors(catalog, area)], how


def _ancestors(catalog: Catalog, area: Area) -> set[str]:
    keys: set[str] = set()
    parent = area.parent
    while parent and parent not in keys:
        keys.add(parent)
        parent = catalog.areas[parent].parent
    return keys


def _without_prefix(key: str, prefixes: tuple[tuple[str, str | None], ...]) -> tuple[str, frozenset[str]]:
    """The name without its prefixes, and the unit types that they allow."""
    unit_types: frozenset[str] = frozenset()
    for _ in range(2):
        found = [(prefix, unit_type) for prefix, unit_type in prefixes if key.startswith(prefix + " ")]
        if not found:
            break
        longest = len(found[0][0])
        unit_types |= {unit_type for prefix, unit_type in found if len(prefix) == longest and unit_type}
        key = key[longest + 1 :]
        if unit_types:
            break
    return key, unit_types


def _suggestion(catalog: Catalog, name: str, period: Period, levels: tuple[Level, ...] | None) -> Area | None:
    index = _index(catalog)
    rest, _ = _without_prefix(fold(name), index.prefixes)
    near = {
        fold(area.short_name): area
        for area in catalog.areas.values()
        if _overlaps(area, period) and (levels is None or area.level in levels)
    }
    closest = difflib.get_close_matches(rest, near, n=1, cutoff=CLOSE_ENOUGH)
    return near[closest[0]] if closest else None
