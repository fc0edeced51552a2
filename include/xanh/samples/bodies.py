"""The bodies of the sample forms: figures in, rows out. Totals and percentages are computed, never invented."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from xanh.catalog.codelists import Item
from xanh.samples.coverage import outreach, zones
from xanh.samples.rows import Sender, index, sums
from xanh.samples.sheets import Row, Value
from xanh.samples.use import facility_row
from xanh.samples.waste import household_waste, industrial_waste
from xanh.samples.world import NEW_CODES, ROMAN, Span, World, between, rounded, wobble
from xanh.samples.yearly import key_users, progress

Maker = Callable[[World, Span, Sender], list[Row]]


def products(world: World, span: Span, sender: Sender) -> list[Row]:
    """Industrial products of a month: plan, official last month, estimate, year to date, comparisons."""
    register = world.items("products")
    rows = [_product(world, world.figures["headline"], "GO", span, None)]
    for section, title in world.figures["sections"].items():
        rows.append(Row({"stt": section, "product": title}, "section"))
        ditto = None
        chosen = [register[code] for code in world.figures["products"] if register[code].kind == section]
        for stt, item in enumerate(chosen, start=1):
            entry = world.figures["products"][item.code] | {"label": item.name_vi}
            row = _product(world, entry, item.code, span, item)
            unit = '"' if entry["unit"] == ditto else entry["unit"]
            ditto = entry["unit"]
            rows.append(Row({**row.values, "stt": stt, "unit": unit}))
            if "part" in entry:
                rows.append(_part(row, entry))
    for entry in world.figures["informative"]:
        rows.append(Row({"stt": entry["section"], "product": entry["title"]}, "section"))
        row = _product(world, entry, entry["section"], span, None)
        rows.append(Row({**row.values, "stt": 1, "vsic": entry["vsic"][span.end >= NEW_CODES]}))
    return rows


def _product(world: World, entry: dict[str, Any], code: str, span: Span, item: Item | None) -> Row:
    year, month, digits = span.year, span.number, entry["digits"]
    previous = world.monthly(entry, code, year - (month == 1), (month - 2) % 12 + 1)
    estimate = rounded(
        world.monthly(entry, code, year, month) * (1 + Decimal("0.03") * wobble(code, "estimate", span.code)), digits
    )
    to_date = sum((world.monthly(entry, code, year, m) for m in range(1, month)), Decimal(0)) + estimate
    same = world.monthly(entry, code, year - 1, month)
    same_to_date = sum((world.monthly(entry, code, year - 1, m) for m in range(1, month + 1)), Decimal(0))
    vsic = (item.vsic2025 if span.end >= NEW_CODES else item.vsic2018) if item else None
    plan = Decimal(str(entry["plan"]))
    values: dict[str, Value] = {
        "product": entry["label"],
        "vsic": vsic,
        "unit": entry["unit"],
        "plan": plan,
        "prev": previous,
        "cur": estimate,
        "ytd": to_date,
        "ly_month": same,
        "ly_ytd": same_to_date,
        "idx_prev": index(estimate, previous),
        "idx_ly": index(estimate, same),
        "idx_plan": index(to_date, plan),
        "idx_ly_ytd": index(to_date, same_to_date),
    }
    return Row({key: "-" if value == 0 else value for key, value in values.items()})


def _part(row: Row, entry: dict[str, Any]) -> Row:
    label, share = entry["part"]
    figures = {key: row.values[key] for key in ("prev", "cur", "ytd", "ly_month", "ly_ytd")}
    parts: dict[str, Value] = {
        k: rounded(v * Decimal(share), entry["digits"]) for k, v in figures.items() if isinstance(v, Decimal)
    }
    return Row({"stt": "-", "product": f"   {label}", "unit": '"', **parts}, "part")


def energy(world: World, span: Span, sender: Sender) -> list[Row]:
    """What each facility produced and consumed in a quarter, with the TOE of the official factors and a total row."""
    rows = []
    facilities = world.items("facilities")
    for stt, code in enumerate(world.figures["energy"], start=1):
        rows.append(facility_row(world, facilities[code], span, stt))
    summed = ("elec", "coke", "coal", "diesel", "fo", "petrol", "lpg", "biomass", "toe")
    return [*rows, Row({"name": "Tổng cộng", **sums(rows, summed)}, "total")]


def stores(world: World, span: Span, sender: Sender) -> list[Row]:
    """Supermarkets, trade centres and markets with their packaging in a quarter."""
    register = world.items("stores")
    rows: list[Row] = []
    for number, (kind, title) in enumerate(world.figures["store_sections"].items()):
        rows.append(Row({"stt": ROMAN[number], "name": title}, "section"))
        chosen = [register[code] for code in world.figures["stores"] if register[code].kind == kind]
        rows += [_store(world, item, span, stt) for stt, item in enumerate(chosen, start=1)]
    return rows


def _store(world: World, item: Item, span: Span, stt: int) -> Row:
    entry = world.figures["stores"][item.code]
    quarters = (span.year - 2025) * 4 + span.number
    paused = entry.get("paused") == span.code
    is_market = item.kind == world.items("stores")["CH01"].kind
    values: dict[str, Value] = {
        "stt": stt,
        "name": item.name_vi,
        "kind": item.kind,
        "rank": item.grade,
        "address": entry["address"],
        "area": world.place(item, span) if span.is_two_tier else entry["ward"],
        "status": "Tạm ngừng" if paused else "Hoạt động",
        "ocop": entry["ocop"],
    }
    if paused:
        return Row(values)
    reached = span.code >= entry["eco_from"]
    values["eco"] = "Có" if reached else "Không" if is_market else "Một phần"
    if not is_market:
        values["replace_pct"] = min(98, entry["replace"] + 4 * quarters + 15 * reached)
        values["sku"] = entry["sku"] + 3 * quarters
    return Row(values)


def inspections(world: World, span: Span, sender: Sender) -> list[Row]:
    """What each market control team found in a quarter."""
    rows = []
    for team in world.figures["teams"]:
        checks = between(14, 46, team, span.code)
        found = between(checks // 5, checks // 2, team, span.code, "found")
        fines = rounded(Decimal(found) * Decimal("2.9") * (1 + wobble(team, span.code, "fine") / 3))
        rows.append(Row({"team": team, "inspections": checks, "violations": found, "fines": fines}))
    return [*rows, Row({"team": "Tổng cộng", **sums(rows, ("inspections", "violations", "fines"))}, "total")]


MAKERS: dict[str, Maker] = {
    maker.__name__: maker
    for maker in (
        products,
        energy,
        stores,
        inspections,
        household_waste,
        industrial_waste,
        outreach,
        zones,
        key_users,
        progress,
    )
}
"""The makers by the name that forms.yaml calls them."""
