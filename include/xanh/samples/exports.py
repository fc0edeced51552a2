"""The samples that machines write: the tills' CSV and the power company's long table."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from decimal import Decimal

from xanh.catalog.codelists import Area, Item
from xanh.samples.world import Span, World, between, rounded, wobble

Line = dict[str, str]
POS_HEAD = ("ma_cua_hang", "ten", "thang", "tui_nilon_cai", "tui_nilon_kg", "tui_tsh_cai", "tui_giay_cai", "so_hoa_don")
POWER_HEAD = ("thang", "ma_nha_may", "ten", "loai_nguon", "xa", "cong_suat_MW", "san_luong_kWh", "kWp", "so_ho")


def csv_bytes(head: Iterable[str], lines: Iterable[Line], separator: str, *, has_bom: bool) -> bytes:
    """Lines under a header line, no quotes needed: no value holds the separator."""
    names = list(head)
    text = "\r\n".join([separator.join(names), *(separator.join(line.get(n, "") for n in names) for line in lines), ""])
    return text.encode("utf-8-sig" if has_bom else "utf-8")


def pos_lines(world: World, span: Span) -> list[Line]:
    """Bags that each store gave out in a month; numbers with a decimal comma."""
    register = world.items("stores")
    kept = Decimal(str(world.figures["bag_kept"][span.year]))
    lines = []
    for code, bags in world.figures["bags"].items():
        noise = {key: 1 + Decimal("0.06") * wobble(code, key, span.code) for key in bags}
        plastic = rounded(bags["plastic"] * kept * noise["plastic"], 0)
        weight = rounded(plastic * Decimal("0.0068"), 1)
        lines.append(
            {
                "ma_cua_hang": code,
                "ten": register[code].name_vi,
                "thang": f"{span.number:02d}/{span.year}",
                "tui_nilon_cai": str(plastic),
                "tui_nilon_kg": str(weight).replace(".", ","),
                "tui_tsh_cai": str(rounded(bags["degradable"] * (2 - kept) * noise["degradable"], 0)),
                "tui_giay_cai": str(rounded(bags["paper"] * (2 - kept) * noise["paper"], 0)),
                "so_hoa_don": str(rounded(bags["invoices"] * noise["invoices"], 0)),
            }
        )
    return lines


def power_lines(world: World, span: Span) -> list[Line]:
    """Plants, rooftop panels of each area and electricity sold by each branch in a month; decimal point."""
    areas = world.communes() if span.is_two_tier else [world.areas[key] for key in world.figures["districts"]]
    lines = [_plant(world, item, span) for item in world.items("plants").values()]
    for area in areas:
        lines += _rooftop(area, span)
    for item in world.items("branches").values():
        sold = between(2300, 4900, item.code) * (5 if item.code == "DL01" else 1)
        amount = rounded(Decimal(sold) * 1000 * (1 + Decimal("0.07") * wobble(item.code, span.code)), 0)
        lines.append(
            {
                "ma_nha_may": item.code,
                "ten": item.name_vi,
                "loai_nguon": "dien_thuong_pham",
                "san_luong_kWh": str(amount),
            }
        )
    return [{"thang": span.code, **line} for line in lines]


def _plant(world: World, item: Item, span: Span) -> Line:
    share, season = world.figures["power"][item.kind]
    hours = calendar.monthrange(span.year, span.number)[1] * 24
    load = Decimal(share) * world.season(season, span.number) * (1 + Decimal("0.08") * wobble(item.code, span.code))
    capacity = item.capacity_mw or Decimal(0)
    return {
        "ma_nha_may": item.code,
        "ten": item.name_vi,
        "loai_nguon": item.kind or "",
        "xa": world.area_of(item, span).name_vi,
        "cong_suat_MW": f"{rounded(capacity)}",
        "san_luong_kWh": str(rounded(capacity * 1000 * hours * load, -1).to_integral_value()),
    }


def _rooftop(area: Area, span: Span) -> list[Line]:
    homes = between(18, 60, area.key) if area.level == "district" else between(2, 11, area.key)
    homes += (span.year - 2025) * 4 + span.number // 4
    power = rounded(Decimal(homes) * (5 + wobble(area.key, "kwp")))
    business = rounded(Decimal(between(20, 90, area.key, "b")) * (4 if area.level == "district" else 1) + span.number)
    return [
        {
            "ten": "ĐMT mái nhà hộ gia đình",
            "loai_nguon": "dmt_mai_nha_hgd",
            "xa": area.name_vi,
            "kWp": str(power),
            "so_ho": str(homes),
        },
        {"ten": "ĐMT mái nhà doanh nghiệp", "loai_nguon": "dmt_mai_nha_dn", "xa": area.name_vi, "kWp": str(business)},
    ]
