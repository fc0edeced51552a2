"""Which share of an area of one map belongs to an area of another: exact where units are whole, estimated where not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise

from xanh.catalog.codelists import Area, Crossing
from xanh.catalog.indicators import Geography

WHOLE = "whole"
COMMUNE_COUNT = "estimated_commune_count"
EQUAL_PARTS = "estimated_equal_parts"
NOT_KNOWN = "not_derivable"
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
    """Every share between the maps that follow each other. The shares of one area in a map add up to exactly 1.

    What the crosswalk states counts. For the rest: communes go into new communes by the successors of the list of areas.
    New communes into old districts are whole where all their predecessors lie in one district, otherwise estimated by the
    number of predecessors (ASSUMED). Old districts into new communes cannot be known: no source says how the total of a
    district was distributed.
    """
    stated = tuple(crossings)
    ordered = sorted(geographies, key=lambda g: g.valid_from.toordinal() if g.valid_from else 0)
    found: list[Share] = []
    for older, newer in pairwise(ordered):
        forward = _stated(areas, stated, older, newer)
        backward = _stated(areas, stated, newer, older)
        parts = _commune_parts(areas, forward, older, newer)
        found += parts
        found += backward or _into_districts(areas, parts, older)
        found += [s for s in forward if areas[s.old].level != "commune"] or _out_of_districts(areas, parts, newer)
    return tuple(sorted(found, key=lambda s: (s.geography, s.old, s.new)))


def _stated(
    areas: Mapping[str, Area], crossings: Iterable[Crossing], source: Geography, target: Geography
) -> list[Share]:
    return [
        Share(target.code, c.from_key, c.to_key, c.share, c.method)
        for c in crossings
        if areas[c.from_key].vintage == source.vintage and areas[c.to_key].vintage == target.vintage
    ]


def _commune_parts(
    areas: Mapping[str, Area], forward: Iterable[Share], older: Geography, newer: Geography
) -> list[Share]:
    parts = [s for s in forward if areas[s.old].level == "commune"]
    done = {s.old for s in parts}
    for area in areas.values():
        if area.vintage != older.vintage or area.level != "commune" or area.key in done:
            continue
        new_keys = [key for key in area.successors if areas[key].vintage == newer.vintage]
        method = WHOLE if len(new_keys) == 1 else EQUAL_PARTS
        split = _split({key: Decimal(1) for key in new_keys})
        parts += [Share(newer.code, area.key, key, share, method) for key, share in split.items()]
    return parts


def _into_districts(areas: Mapping[str, Area], parts: Iterable[Share], older: Geography) -> Iterable[Share]:
    weights: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for part in parts:
        weights[part.new][areas[part.old].parent or part.old] += part.share or 0
    for new, by_district in weights.items():
        method = WHOLE if len(by_district) == 1 else COMMUNE_COUNT
        for district, share in _split(by_district).items():
            yield Share(older.code, new, district, share, method)


def _out_of_districts(areas: Mapping[str, Area], parts: Iterable[Share], newer: Geography) -> Iterable[Share]:
    pairs = {(areas[part.old].parent, part.new) for part in parts}
    return (Share(newer.code, district, new, None, NOT_KNOWN) for district, new in pairs if district)


def _split(weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Shares in proportion, cut to six digits, the rest going to the largest: they add up to exactly 1."""
    total = sum(weights.values(), Decimal())
    cut = {key: (weight / total).quantize(_STEP, ROUND_DOWN) for key, weight in weights.items()}
    if cut:
        largest = max(sorted(cut), key=lambda key: cut[key])
        cut[largest] += 1 - sum(cut.values(), Decimal())
    return {key: share for key, share in cut.items() if share}
