"""What facilities consume: from their output, their need a unit and what they have saved since the base year."""

from __future__ import annotations

from decimal import Decimal

from xanh.catalog.codelists import Item
from xanh.samples.sheets import Row, Value
from xanh.samples.world import NEW_CODES, Span, World, rounded, wobble

ENERGY_DIGITS = {"elec": 1, "coke": 1, "coal": 1, "diesel": 0, "fo": 0, "petrol": 0, "lpg": 1, "biomass": 1}


def facility_row(world: World, item: Item, span: Span, stt: int) -> Row:
    """What one facility produced and consumed in a quarter, as a row of the form."""
    use = world.figures["energy"][item.code]
    kept = 1 - Decimal(str(world.figures["saving"][span.year]))
    season = sum(world.season(use["season"], month) for month in span.months) / 3
    growth = 1 + Decimal("0.025") * (span.year - 2025)
    output = rounded(use["output"] * season * growth * (1 + Decimal("0.04") * wobble(item.code, span.code)))
    figures: dict[str, Decimal] = {}
    for key, digits in ENERGY_DIGITS.items():
        need = Decimal(use.get(key, "0")) * kept * (1 + Decimal("0.02") * wobble(item.code, span.code, key))
        figures[key] = rounded(output * need, digits)
    values: dict[str, Value] = {key: value or "-" for key, value in figures.items()}
    values["toe"] = rounded(_toe(world, figures, use.get("grade")))
    has_raw = use["raw"] != "-"
    values |= {
        "stt": stt,
        "name": item.name_vi,
        "tax_id": item.tax_code,
        "area": world.place(item, span),
        "product": item.note,
        "vsic": item.vsic2025 if span.end >= NEW_CODES else item.vsic2018,
        "product_unit": item.unit,
        "output": output,
        "coal_grade": use.get("grade"),
        "raw_name": use["raw"],
        "raw_unit": "tấn" if has_raw else "-",
        "raw_quantity": rounded(output * Decimal(use["raw_use"]) * kept) if has_raw else None,
        "water": rounded(output * Decimal(use["water"]) * kept, 0),
        "recycled": rounded(output * Decimal(use.get("recycled", "0"))) or "-",
    }
    return Row(values)


def _toe(world: World, figures: dict[str, Decimal], grade: str | None) -> Decimal:
    factors = {key: Decimal(text) for key, text in world.figures["toe"].items()}
    factors["coal"] = Decimal(world.figures["toe_coal"].get(grade, "0"))
    return sum((figures[key] * factors[key] for key in figures), Decimal(0))
