"""The bodies about waste: of households by area, of industry by facility."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xanh.catalog.codelists import Area
from xanh.samples.rows import Sender, index, sums
from xanh.samples.sheets import Row, Value
from xanh.samples.world import Span, World, between, rounded, wobble


def household_waste(world: World, span: Span, sender: Sender) -> list[Row]:
    """Household waste a day of every district or commune, with a total row."""
    areas = world.communes() if span.is_two_tier else [world.areas[key] for key in world.figures["districts"]]
    rows = [_waste_row(world, area, span, stt) for stt, area in enumerate(areas, start=1)]
    counted = [key for key in rows[0].values if key not in ("stt", "area", "rate_urban", "rate_rural", "sorted")]
    total = sums(rows, counted)
    for part in ("urban", "rural"):
        total[f"rate_{part}"] = index(_number(total[f"col_{part}"]), _number(total[f"gen_{part}"]))
    return [*rows, Row({"area": "Tổng cộng", **total}, "total")]


def _number(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _people(world: World, area: Area, span: Span) -> tuple[int, int, int]:
    if area.key in world.figures["districts"]:
        households, urban, rural = world.figures["districts"][area.key]
        return households + 25 * (span.year - 2024), urban + 160 * (span.year - 2024), rural + 30 * (span.year - 2024)
    is_town = area.key in world.figures["town_communes"]
    urban = between(17500, 29500, area.key) if is_town else 0
    rural = between(900, 4200, area.key, "r") if is_town else between(4600, 13200, area.key)
    return (urban + rural) * 10 // 41, urban, rural


def _waste_row(world: World, area: Area, span: Span, stt: int) -> Row:
    households, urban, rural = _people(world, area, span)
    values: dict[str, Decimal] = {}
    needs = (("urban", urban, "0.77", "0.88"), ("rural", rural, "0.41", "0.44"))
    for part, people, need, share in needs:
        noise = 1 + Decimal("0.06") * wobble(area.key, part, span.code)
        values[f"gen_{part}"] = rounded(people * Decimal(need) / 1000 * noise, 2)
        years = Decimal("0.015") * (span.year - 2024) + Decimal("0.05") * wobble(area.key, part)
        values[f"col_{part}"] = rounded(values[f"gen_{part}"] * (Decimal(share) + years), 2)
    collected = values["col_urban"] + values["col_rural"]
    for key, share in (("std", "0.57"), ("landfill", "0.31"), ("burn", "0.03"), ("recycled", "0.08")):
        values[key] = rounded(collected * Decimal(share), 2)
    values["plastic_gen"] = rounded((values["gen_urban"] + values["gen_rural"]) * Decimal("0.13"), 2)
    values["plastic_rec"] = rounded(values["plastic_gen"] * (Decimal("0.18") + Decimal("0.03") * wobble(area.key)), 2)
    row: dict[str, Value] = {key: value or "-" for key, value in values.items()}
    for part in ("urban", "rural"):
        row[f"rate_{part}"] = index(values[f"col_{part}"], values[f"gen_{part}"])
    sorts = (
        wobble(area.key, "sorts") > Decimal("0.2")
        if span.is_two_tier
        else area.key in world.figures["sorting_districts"]
    )
    row |= {"stt": stt, "area": area.name_vi, "households": households, "sorted": "x" if sorts else None}
    return Row(row | {"pop_urban": urban or "-", "pop_rural": rural or "-"})


def industrial_waste(world: World, span: Span, sender: Sender) -> list[Row]:
    """Slag, ordinary and hazardous waste of each facility in a half year; the stock follows from half to half."""
    facilities, zones = world.items("facilities"), world.items("zones")
    rows = []
    for stt, entry in enumerate(world.figures["waste"], start=1):
        item = facilities[entry["facility"]]
        zone = zones[entry["zone"]].aliases[0] if "zone" in entry else world.figures["outside_zone"]
        figures = _waste_flow(entry, span)
        values: dict[str, Value] = {key: value or "-" for key, value in figures.items()}
        values |= {
            "stt": stt,
            "name": item.name_vi,
            "tax_id": item.tax_code,
            "zone": zone,
            "waste": entry["label"],
            "code": entry.get("code"),
            "receiver": entry["receiver"],
        }
        rows.append(Row(values))
    return rows


def _waste_flow(entry: dict[str, Any], span: Span) -> dict[str, Decimal]:
    """Opening stock, flows and closing stock of the half year, rolled forward from the second half of 2024."""
    stock = Decimal(entry["open"])
    digits = 2 if "code" in entry else 1
    halves = [Span(f"{year}-H{half}") for year in range(2024, span.year + 1) for half in (1, 2)]
    for half in [h for h in halves if "2024-H2" <= h.code <= span.code]:
        produced = rounded(Decimal(entry["gen"]) * (1 + Decimal("0.05") * wobble(str(entry), half.code)), digits)
        shares = [Decimal(text) for text in entry.get("reuse", ["0"] * 4)]
        reuse = [rounded(produced * share, digits) for share in shares]
        moved = rounded(produced * Decimal(entry.get("transfer", "0")), digits)
        opening, stock = stock, stock + produced - sum(reuse) - moved
    keys = ("open", "gen", "fill", "road", "material", "recover", "transfer", "close")
    return dict(zip(keys, (opening, produced, *reuse, moved, stock), strict=True))
