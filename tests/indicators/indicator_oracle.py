"""What the indicators must be, worked out apart from the program: plain Python over lists, exact fractions, no SQL.

It reads the definitions of the catalogue and the lists of areas and items, and nothing of the computation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from indicator_world import Seen, span

from xanh.catalog import Catalog
from xanh.catalog.indicators import Component, Indicator

Key = tuple[str, str, str, str, str]
"""indicator, series, geography, area, period"""


class Used(NamedTuple):
    """One value that counts in a period, before areas."""

    role: str
    component: int
    measure: str
    item: str | None
    area: str
    start: date
    end: date
    value: Fraction | None


class Answer(NamedTuple):
    """What the oracle says: None is not known."""

    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None


def round10(number: Fraction | None) -> Decimal | None:
    """Rounded half away from zero to ten digits after the point, as the warehouse keeps values."""
    if number is None:
        return None
    scaled = abs(number) * 10**10
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    whole += 2 * rest >= scaled.denominator
    result = Decimal(whole).scaleb(-10)
    return -result if number < 0 else result


class Oracle:
    """Answers for every indicator, series, geography, area and period with data."""

    def __init__(self, catalog: Catalog, seen: Sequence[Seen]) -> None:
        self.catalog = catalog
        self.parameters = catalog.indicators.parameters
        self.by_measure: dict[str, list[Seen]] = defaultdict(list)
        self.chosen: dict[tuple[tuple[str, ...], str], list[Seen]] = {}
        for one in seen:
            if one.area is not None:
                self.by_measure[one.measure].append(one)
        self.vintages = {g.code: g.vintage for g in self.parameters.geographies}
        self.levels = {g.code: g.unit_level for g in self.parameters.geographies}
        self.maps = {g: {a: self._targets(a, g) for a in catalog.areas} for g in self.vintages}
        years = {one.period[0].year for one in seen} | {one.period[1].year for one in seen}
        first = min(*years, self.parameters.plan_start.year)
        last = max(*years, self.parameters.plan_end.year)
        self.years = range(first, last + 1)

    def answers(self) -> dict[Key, Answer]:
        """Everything at once."""
        found: dict[Key, Answer] = {}
        for indicator in self.catalog.indicators.indicators.values():
            for period in self._periods(indicator):
                for series, geography, area, answer in self._results(indicator, period):
                    found[indicator.code, series, geography, area, period] = answer
        return found

    def _periods(self, i: Indicator) -> Iterator[str]:
        for year in self.years:
            if "month" in i.frequency:
                yield from (f"{year}-{m:02}" for m in range(1, 13))
            if "quarter" in i.frequency:
                yield from (f"{year}-Q{q}" for q in range(1, 5))
            if "half" in i.frequency:
                yield from (f"{year}-H{h}" for h in (1, 2))
            if "year" in i.frequency:
                yield str(year)

    # one period

    def _results(self, i: Indicator, period: str) -> Iterator[tuple[str, str, str, Answer]]:
        used = list(self._used(i, period))
        base = list(self._used(i, str(self.parameters.baseline.year))) if i.kind in ("reduction", "change") else []
        for geography in self.vintages:
            groups: dict[tuple[str, str], list[tuple[Used, Fraction | None, str | None]]] = defaultdict(list)
            for one, product in used:
                for target, share in self._where(i, one, geography):
                    for series in self._series(i, one, product):
                        groups[series, target].append((one, share, product))
            for (series, target), every in groups.items():
                members = [m for m in every if not self._is_inside_another(m[0], every)]
                if i.kind in ("sum", "ratio", "intensity"):
                    answer = self._plain(i, members)
                elif i.kind == "reduction":
                    answer = self._reduction(members, [b for b in base if series in self._series(i, *b)])
                else:
                    answer = self._change(members, [b for b, _ in base])
                yield series, geography, target, answer

    def _is_inside_another(self, one: Used, every: list[tuple[Used, Fraction | None, str | None]]) -> bool:
        larger = set()
        area = one.area
        while (parent := self.catalog.areas[area].parent) is not None:
            larger.add(parent)
            area = parent
        return any(
            other.area in larger
            and (other.component, other.item) == (one.component, one.item)
            and other.value is not None
            and other.start <= one.end
            and other.end >= one.start
            for other, _, _ in every
        )

    def _plain(self, i: Indicator, members: list[tuple[Used, Fraction | None, str | None]]) -> Answer:
        if any(share is None for _, share, _ in members):
            return Answer(None, None, None)
        sides: dict[str, Fraction | None] = {"numerator": None, "denominator": None}
        days: dict[str, set[date]] = {"numerator": set(), "denominator": set()}
        for one, share, _ in members:
            if one.value is not None and share is not None:
                sides[one.role] = (sides[one.role] or Fraction()) + one.value * share
                days[one.role] |= {one.start + timedelta(n) for n in range((one.end - one.start).days + 1)}
        top, bottom = sides["numerator"], sides["denominator"]
        multiplier = Fraction(i.multiplier)
        if i.kind == "sum":
            total = None if top is None else top * multiplier
            return Answer(total, total, None)
        flows = i.kind == "ratio" and i.match == "none" and all(c.over_time == "sum" for _, c in i.components)
        if top is None or not bottom or (flows and days["numerator"] != days["denominator"]):
            return Answer(None, top, bottom)
        return Answer(top * multiplier / bottom, top, bottom)

    def _reduction(
        self, members: list[tuple[Used, Fraction | None, str | None]], base: list[tuple[Used, str]]
    ) -> Answer:
        actual = expected = Fraction()
        products = {product for _, _, product in members if product}
        counted = False
        for product in products:
            then = [b for b, p in base if p == product]
            made_then = sum((b.value or 0 for b in then if b.role == "denominator"), Fraction())
            if not made_then:
                continue
            counted = True
            used_then = sum((b.value or 0 for b in then if b.role == "numerator"), Fraction())
            now = [one for one, _, p in members if p == product]
            actual += sum((one.value or 0 for one in now if one.role == "numerator"), Fraction())
            made = sum((one.value or 0 for one in now if one.role == "denominator"), Fraction())
            expected += used_then / made_then * made
        if not counted:
            return Answer(None, None, None)
        return Answer((1 - actual / expected) * 100 if expected else None, actual, expected)

    def _change(self, members: list[tuple[Used, Fraction | None, str | None]], base: list[Used]) -> Answer:
        now_sum = then_sum = Fraction()
        counted = False
        for one, _, _ in members:
            for then in base:
                same = (then.item, then.start.month, then.end.month) == (one.item, one.start.month, one.end.month)
                if same and one.value is not None and then.value is not None:
                    counted = True
                    now_sum += one.value
                    then_sum += then.value
        if not counted:
            return Answer(None, None, None)
        return Answer((then_sum - now_sum) / then_sum * 100 if then_sum else None, now_sum, then_sum)

    # what counts

    def _used(self, i: Indicator, period: str) -> list[tuple[Used, str]]:
        raw = [u for n, (role, c) in enumerate(i.components) for u in self._component(i, n, role, c, period)]
        if i.match == "none":
            return [(u, "") for u in raw]
        groups: dict[object, list[Used]] = defaultdict(list)
        for u in raw:
            groups[u.area if i.match == "area" else (u.item, u.area, u.start, u.end)].append(u)
        kept = []
        for group in groups.values():
            has_top = any(u.role == "numerator" and u.value is not None for u in group)
            has_bottom = any(u.role == "denominator" and u.value is not None for u in group)
            complete = i.match == "area" or all(u.value is not None for u in group)
            if not complete or (i.kind != "change" and not (has_top and has_bottom)):
                continue
            products = {u.measure for u in group if u.role == "denominator"}
            if i.kind in ("intensity", "reduction") and len(products) != 1:
                continue
            kept += [(u, next(iter(products)) if len(products) == 1 else "") for u in group]
        return kept

    def _component(self, i: Indicator, number: int, role: str, c: Component, period: str) -> Iterator[Used]:
        first, last = span(period)
        measure, rule = c.measure, "none"
        for derived in self.parameters.derived:
            if derived.measure == c.measure:
                measure, rule = derived.source or c.measure, derived.rule
        if rule == "areas":
            for g in self.parameters.geographies:
                for a in self.catalog.areas.values():
                    if a.vintage == g.vintage and a.level == g.unit_level:
                        start, end = max(first, a.valid_from or first), min(last, a.valid_to or last)
                        if start <= end:
                            yield Used(role, number, c.measure, None, a.key, start, end, Fraction(1))
            return
        chosen = self._best(i, measure)
        for one in _over_time(chosen, c.over_time, first, last, i.counts_areas, self.catalog):
            value = None if one.value is None else Fraction(one.value)
            if value is not None and rule == "positive":
                value = Fraction(1 if value > 0 else 0)
            if value is not None and c.over_time == "days":
                value *= (one.period[1] - one.period[0]).days + 1
            if value is not None and c.factor:
                value *= next(
                    Fraction(w.value)
                    for w in self.parameters.weights
                    if w.code == c.factor and w.is_valid_on(one.period[1])
                )
            yield Used(role, number, c.measure, one.item, one.area or "", *one.period, value)

    def _best(self, i: Indicator, measure: str) -> list[Seen]:
        """One observation for each item, area, period and flow: with a value, by sender, status, later file."""
        forms = self.catalog.indicators.forms_for(i.kind, measure)
        if (forms, measure) in self.chosen:
            return self.chosen[forms, measure]
        senders = self.catalog.indicators.senders_for(measure)
        best: dict[object, tuple[object, Seen]] = {}
        for one in self.by_measure[measure]:
            if forms and one.form not in forms:
                continue
            place = senders.index(one.department) if one.department in senders else 99
            rank = (one.value is None, place, "APEM".index(one.status), -one.source_end.toordinal(), -one.received)
            key = (one.item, one.area, one.period, one.flow)
            if key not in best or rank < best[key][0]:  # type: ignore[operator]
                best[key] = (rank, one)
        self.chosen[forms, measure] = [one for _, one in best.values()]
        return self.chosen[forms, measure]

    # areas and series

    def _targets(self, area: str, geography: str) -> list[tuple[str, Fraction | None]]:
        areas, vintage = self.catalog.areas, self.vintages[geography]
        chain = [area]
        while (parent := areas[chain[-1]].parent) is not None:
            chain.append(parent)
        own = [(a, Fraction(1)) for a in chain if areas[a].vintage == vintage or areas[a].level == "province"]
        if areas[area].vintage == vintage or areas[area].level == "province":
            return list(own)
        return own + self._converted(area, geography)

    def _converted(self, area: str, geography: str) -> list[tuple[str, Fraction | None]]:
        areas = self.catalog.areas
        whole = {c.from_key: c.to_key for c in self.catalog.crosswalk}
        if areas[area].level == "commune" and self.vintages[geography] == "C":
            return [(whole[area], Fraction(1))]
        if areas[area].level == "district":
            inside = {new for old, new in whole.items() if areas[old].parent == area}
            return [(new, None) for new in sorted(inside)]
        count: dict[str, int] = defaultdict(int)
        for old, new in whole.items():
            if new == area:
                count[areas[old].parent or ""] += 1
        parts = {d: Fraction(10**6 * n // sum(count.values()), 10**6) for d, n in count.items()}
        largest = max(sorted(parts), key=lambda d: parts[d])
        parts[largest] += 1 - sum(parts.values())
        return list(parts.items())

    def _where(self, i: Indicator, one: Used, geography: str) -> list[tuple[str, Fraction | None]]:
        areas, vintage = self.catalog.areas, self.vintages[geography]
        area = one.area
        if i.counts_areas and (areas[area].vintage, areas[area].level) != (vintage, self.levels[geography]):
            return []
        item = self.catalog.items.get((one.item or "").partition("|")[0])
        if areas[area].vintage != vintage and areas[area].level != "province" and item is not None:
            area = next((key for key in item.areas if areas[key].vintage == vintage), area)
        targets = self.maps[geography][area]
        if i.aggregation.areas == "refuse":
            return [(t, s) for t, s in targets if areas[t].level == "province"]
        return targets

    def _series(self, i: Indicator, one: Used, product: str | None) -> list[str]:
        found = ["total"] if i.has_total else []
        if i.series == "sector":
            sectors = [s for s in self.parameters.sectors if product in s.products]
            found = ["total"] if any(i.code in s.indicators for s in sectors) else []
            found += [s.code for s in sectors]
        elif i.series == "product" and product:
            found.append(product)
        elif i.series == "item" and one.item:
            found.append(one.item)
        return found


def _over_time(cells: list[Seen], rule: str, first: date, last: date, by_map: bool, catalog: Catalog) -> Iterator[Seen]:
    inside = [c for c in cells if c.period[0] >= first and c.period[1] <= last]
    if rule in ("last", "max"):
        yield from _states([c for c in inside if c.flow != "ytd"], rule, by_map, catalog)
        return
    groups: dict[object, list[Seen]] = defaultdict(list)
    for c in inside:
        groups[c.item, c.area].append(c)
    for group in groups.values():
        area = catalog.areas[group[0].area or ""]
        start, end = max(first, area.valid_from or first), min(last, area.valid_to or last)
        if rule == "distinct":
            exact = [c for c in group if c.flow in ("period", "ytd") and c.period == (start, end)]
            yield from sorted(exact, key=lambda c: (c.value is None, c.flow))[:1]
        else:
            yield from _parts(group, "stock" if rule == "days" else "period", start)


def _parts(group: list[Seen], flow: str, start: date) -> list[Seen]:
    """Parts that do not overlap, the longest first; a year-to-date value where it covers more days."""
    chosen: list[Seen] = []
    of_flow = sorted(
        (c for c in group if c.flow == flow),
        key=lambda c: (c.value is None, -(c.period[1] - c.period[0]).days, c.period),
    )
    for c in of_flow:
        overlapping = [
            d for d in chosen if d.value is not None and d.period[0] <= c.period[1] and d.period[1] >= c.period[0]
        ]
        if not overlapping:
            chosen.append(c)
    if flow == "stock":
        return chosen
    best, gained = None, 0
    for c in sorted((c for c in group if c.flow == "ytd" and c.value is not None), key=lambda c: c.period[1]):
        if c.period[0] != start:
            continue
        known = sum(_days(d) for d in chosen if d.value is not None and d.period[1] <= c.period[1])
        if _days(c) - known > 0 and _days(c) - known >= gained:
            best, gained = c, _days(c) - known
    if best is None:
        return chosen
    return [best] + [d for d in chosen if d.period[0] > best.period[1]]


def _days(one: Seen) -> int:
    return (one.period[1] - one.period[0]).days + 1


def _states(cells: list[Seen], rule: str, by_map: bool, catalog: Catalog) -> Iterator[Seen]:
    def vintage(c: Seen) -> str:
        return catalog.areas[c.area or ""].vintage

    without_item = [c for c in cells if c.item is None and c.value is not None]
    newest = max((c.period[1] for c in without_item), default=None)
    newest_maps = {vintage(c) for c in without_item if c.period[1] == newest}
    groups: dict[object, list[Seen]] = defaultdict(list)
    for c in cells:
        if c.item is None and not by_map and newest_maps and vintage(c) not in newest_maps:
            continue
        groups[c.item, c.area if c.item is None or by_map else None].append(c)
    for group in groups.values():
        known = [c for c in group if c.value is not None] or group
        if rule == "max":
            top = max((c.value for c in known if c.value is not None), default=None)
            known = [c for c in known if c.value == top]
        yield max(known, key=lambda c: (c.period[1], c.period[0]))
