"""The bodies about reach: what committees did to spread the plan, and which zones were reached."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from xanh.samples.rows import Sender
from xanh.samples.sheets import Row, Value
from xanh.samples.world import Span, World, between, rounded


def outreach(world: World, span: Span, sender: Sender) -> list[Row]:
    """What a people's committee did to spread the plan in a half year."""
    assert sender.area is not None
    scale = Decimal(1) if sender.area.level == "district" else Decimal("0.35")
    rows: list[Row] = []
    results: list[int] = []
    stt = 0
    for entry in world.figures["outreach"]:
        stt = 0 if "section" in entry else stt + 1
        if "section" in entry:
            rows.append(Row({"stt": entry["section"], "content": entry["title"]}, "section"))
            continue
        result = between(entry["low"], entry["high"], sender.area.key, span.code, entry["label"])
        result = result * results[entry["times"]] if "times" in entry else max(1, int(result * scale))
        results.append(result)
        rows.append(
            Row({"stt": stt, "content": entry["label"], "unit": entry["unit"], **_outcome(entry, result, span)})
        )
    return rows


def _outcome(entry: dict[str, Any], result: int, span: Span) -> dict[str, Value]:
    if entry["kind"] == "document":
        issued = span.start + timedelta(days=result % 160)
        return {"result": f"{result}/KH-UBND ngày {issued.day}/{issued.month}/{issued.year}"}
    values: dict[str, Value] = {"result": result}
    if entry["kind"] != "stock":
        values["ytd"] = result
    if entry["kind"] == "planned":
        values["plan"] = result * 2 + 1
    if "cost" in entry:
        values["cost"] = rounded(Decimal(entry["cost"]) * result)
    return values


def zones(world: World, span: Span, sender: Sender) -> list[Row]:
    """Zones, clusters and craft villages of one sender, and whether they were reached by the end of the half year."""
    register = world.items("zones")
    rows = []
    for stt, code in enumerate(world.figures["zone_lists"][sender.department], start=1):
        item, entry = register[code], world.figures["zones"][code]
        reached = span.code >= entry["reached"]
        day = date(int(entry["reached"][:4]), 6 * int(entry["reached"][-1]) - 2, between(3, 27, code))
        rows.append(
            Row(
                {
                    "stt": stt,
                    "name": item.name_vi,
                    "kind": item.kind,
                    "area": world.place(item, span),
                    "hectares": Decimal(entry["hectares"]),
                    "enterprises": entry["enterprises"],
                    "aware": "x" if reached else None,
                    "way": entry["way"] if reached else None,
                    "day": day if reached else None,
                    "wwtp": entry["wwtp"],
                    "plan_env": entry["plan"],
                }
            )
        )
    return rows
