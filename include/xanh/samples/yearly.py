"""The bodies of yearly forms: key energy users, and the progress of the plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from xanh.samples.rows import Sender
from xanh.samples.sheets import Row, Value
from xanh.samples.use import facility_row
from xanh.samples.world import Span, World, between

FIRST_YEAR = 2021
KEY_USER_TOE = 1000


def key_users(world: World, span: Span, sender: Sender) -> list[Row]:
    """Facilities with what they consumed in the year before, their audits, norms and technology."""
    facilities = world.items("facilities")
    rows = []
    for stt, (code, entry) in enumerate(world.figures["key_users"].items(), start=1):
        item = facilities[code]
        quarters = [facility_row(world, item, Span(f"{span.year - 1}-Q{q}"), stt).values for q in range(1, 5)]
        toe = sum((_number(quarter["toe"]) for quarter in quarters), Decimal(0))
        reported = toe >= KEY_USER_TOE
        rows.append(
            Row(
                {
                    "stt": stt,
                    "name": item.name_vi,
                    "tax_id": item.tax_code,
                    "vsic": item.vsic2018,
                    "toe": toe,
                    "elec": sum((_number(quarter["elec"]) for quarter in quarters), Decimal(0)) * 1000,
                    "reported": "x" if reported else None,
                    "reported_on": date(span.year, 1, between(4, 14, code)) if reported else None,
                    "audit_year": entry.get("audit"),
                    "intensity": entry.get("intensity"),
                    "norm": entry.get("norm"),
                    "norm_met": {True: "Đạt", False: "Không đạt", None: None}[entry.get("is_met")],
                    "cleaner": entry["cleaner"],
                    "old_lines": entry["old_lines"],
                    "clean_tech": entry.get("clean_tech"),
                }
            )
        )
    return rows


def progress(world: World, span: Span, sender: Sender) -> list[Row]:
    """Targets and tasks of the plan, year by year; the reporting year is an estimate."""
    rows = []
    for stt, entry in enumerate(world.figures["progress"], start=1):
        done: list[Value] = entry.get("done") or entry["texts"]
        years = {f"y{FIRST_YEAR + n}": value for n, value in enumerate(done[: span.year - FIRST_YEAR])}
        words = {"stt": stt, "task": entry["task"], "unit": entry.get("unit", "%"), "target": entry.get("target")}
        rows.append(Row({**words, **years, "now": done[span.year - FIRST_YEAR], "verdict": entry.get("verdict")}))
    return rows


def _number(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
