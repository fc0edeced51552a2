"""Which share of an area of one map belongs to an area of another: exact where units are whole, estimated where not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from xanh.catalog.codelists import Area, Crossing
from xanh.catalog.indicators import Geography

WHOLE = "whole"
COMMUNE_COUNT = "commune_count"
NOT_KNOWN = "not_known"
_STEP = Decimal("0.000001")


@dataclass(frozen=True)
class Share:
    """A part of `old` that belongs to `new` when a series is shown in `geography`; a share of None cannot be known."""

    geography: str
    old: str
    new: str
    share: Decimal | None
    method: str


def shares(
    areas: Mapping[str, Area], crossings: Iterable[Crossing], geographies: Iterable[Geography]
) -> tuple[Share, ...]:
    """Every share between the maps that follow each other. The shares of one old area add up to exactly 1.

    Communes into new communes come from the crosswalk, or from the successors of the list of areas. New communes into old
    districts are whole where all their predecessors lie in one district, otherwise estimated by the number of predecessors
    (ASSUMED). Old districts into new communes cannot be known: no source says how a district's total was distributed.
    """
    ordered = sorted(geographies, key=lambda g: g.valid_from.toordinal() if g.valid_from else 0)
    found: list[Share] = []
    for older, newer in zip(ordered, ordered[1:], strict=False):
        parts = _commune_parts(areas, tuple(crossings), older.vintage, newer.vintage)
        found.extend(Share(newer.code, old, new, share, method) for (old, new), (share, method) in parts.items())
        found.extend(_into_districts(areas, parts, older))
        found.extend(_out_of_districts(areas, parts, newer))
    return tuple(sorted(found, key=lambda s: (s.geography, s.old, s.new)))


Parts = Mapping[tuple[str, str], tuple[Decimal, str]]


def _commune_parts(areas: Mapping[str, Area], crossings: tuple[Crossing, ...], older: str, newer: str) -> Parts:
    parts: dict[tuple[str, str], tuple[Decimal, str]] = {}
    for crossing in crossings:
        if areas[crossing.old].vintage == older and areas[crossing.new].vintage == newer:
            parts[crossing.old, crossing.new] = (crossing.share, crossing.method)
    stated = {old for old, _ in parts}
    for area in areas.values():
        if area.vintage != older or area.level != "commune" or area.key in stated:
            continue
        new_keys = [key for key in area.successors if areas[key].vintage == newer]
        method = WHOLE if len(new_keys) == 1 else "equal_parts"
        for key, share in _split({key: Decimal(1) for key in new_keys}).items():
            parts[area.key, key] = (share, method)
    return parts


def _into_districts(areas: Mapping[str, Area], parts: Parts, older: Geography) -> Iterable[Share]:
    weights: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for (old, new), (share, _) in parts.items():
        weights[new][areas[old].parent or old] += share
    for new, by_district in weights.items():
        method = WHOLE if len(by_district) == 1 else COMMUNE_COUNT
        for district, share in _split(by_district).items():
            yield Share(older.code, new, district, share, method)


def _out_of_districts(areas: Mapping[str, Area], parts: Parts, newer: Geography) -> Iterable[Share]:
    pairs = {(areas[old].parent, new) for old, new in parts}
    return (Share(newer.code, district, new, None, NOT_KNOWN) for district, new in pairs if district)


def _split(weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Shares in proportion, cut to six digits, the rest going to the largest: they add up to exactly 1."""
    total = sum(weights.values(), Decimal())
    cut = {key: (weight / total).quantize(_STEP, ROUND_DOWN) for key, weight in weights.items()}
    if cut:
        largest = max(sorted(cut), key=lambda key: cut[key])
        cut[largest] += 1 - sum(cut.values(), Decimal())
    return {key: share for key, share in cut.items() if share}
