"""The invented province behind the samples: registers, figures, and numbers that look measured but never change."""

from __future__ import annotations

import calendar
import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from xanh.catalog.codelists import Area, Item
from xanh.catalog.strict import read_csv

HERE = Path(__file__).parent
CATALOG = HERE.parent.parent / "catalog"
TWO_TIERS = date(2025, 7, 1)
"""From this day there are communes and no districts."""
NEW_CODES = date(2025, 11, 15)
"""From this day the industries have the codes of 2025."""
ROMAN = ("I", "II", "III", "IV")


def load(name: str) -> Any:
    """A YAML file of this folder."""
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def wobble(*key: object) -> Decimal:
    """A number between -1 and 1 that depends on the key alone: the same on every machine and every day."""
    digest = hashlib.sha256("|".join(str(part) for part in key).encode()).digest()
    return Decimal(int.from_bytes(digest[:4], "big")) / Decimal(2**31) - 1


def rounded(value: Decimal, digits: int = 1) -> Decimal:
    """`value` with as many decimals, written without an exponent."""
    result = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return result.quantize(Decimal(1)) if result == result.to_integral_value() else result


def between(low: int, high: int, *key: object) -> int:
    """A whole number from low to high that depends on the key alone."""
    return int(Decimal(low) + (wobble(*key) + 1) / 2 * (high - low + 1) * Decimal("0.999"))


@dataclass(frozen=True)
class Span:
    """A reference period by its code: 2025-03, 2025-Q1, 2025-H1 or 2025."""

    code: str

    @property
    def year(self) -> int:
        """The calendar year that the period is in."""
        return int(self.code[:4])

    @property
    def kind(self) -> str:
        """M, Q, H or A."""
        mark = self.code[5:6]
        return mark if mark in ("Q", "H") else "M" if mark else "A"

    @property
    def number(self) -> int:
        """Which month, quarter or half of the year; 1 for a year."""
        return int(self.code[5:].lstrip("QH") or 1)

    @property
    def months(self) -> range:
        """The months of the period, counted from 1."""
        length = {"M": 1, "Q": 3, "H": 6, "A": 12}[self.kind]
        return range((self.number - 1) * length + 1, self.number * length + 1)

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, self.months[0], 1)

    @property
    def end(self) -> date:
        """The last day, inclusive."""
        return date(self.year, self.months[-1], calendar.monthrange(self.year, self.months[-1])[1])

    @property
    def is_two_tier(self) -> bool:
        """Whether communes report in this period."""
        return self.start >= TWO_TIERS

    @property
    def title(self) -> str:
        """The period as the title of a form writes it."""
        if self.kind == "Q":
            return f"QUÝ {ROMAN[self.number - 1]} NĂM {self.year}"
        if self.kind == "H":
            return f"6 THÁNG {'ĐẦU' if self.number == 1 else 'CUỐI'} NĂM {self.year}"
        if self.kind == "A":
            return f"NĂM {self.year}"
        return {1: f"THÁNG 01 NĂM {self.year}", 12: f"THÁNG 12 VÀ CẢ NĂM {self.year}"}.get(
            self.number, f"THÁNG {self.number} VÀ {self.number} THÁNG NĂM {self.year}"
        )


class World:
    """Registers of the catalogue by code, and figures.yaml."""

    def __init__(self, catalog: Path = CATALOG) -> None:
        self.catalog = catalog
        self.figures: dict[str, Any] = load("figures.yaml")

    @cached_property
    def areas(self) -> dict[str, Area]:
        """Every administrative unit by its key."""
        return {area.key: area for area in read_csv(self.catalog / "codelists" / "areas.csv", Area)}

    def items(self, register: str) -> dict[str, Item]:
        """The items of one register by code, in its order."""
        path = self.catalog / "codelists" / "registers" / f"{register}.csv"
        return {item.code: item for item in read_csv(path, Item)}

    def communes(self) -> list[Area]:
        """The communes of today."""
        return [a for a in self.areas.values() if a.vintage == "C" and a.level == "commune"]

    def area_of(self, item: Item, span: Span) -> Area:
        """Where an item stands in the geography of the period."""
        vintage = "C" if span.is_two_tier else "B"
        return self.areas[next(key for key in item.areas if key.startswith(f"{vintage}:"))]

    def place(self, item: Item, span: Span) -> str:
        """The item's area in the short spelling of tables: P. Tân Giang, H. Hòa An."""
        area = self.area_of(item, span)
        prefix = {"Thành phố": "TP.", "Huyện": "H.", "Phường": "P.", "Xã": "X."}[area.unit_type]
        return f"{prefix} {area.short_name}"

    def season(self, name: str, month: int) -> Decimal:
        """What a month has of the yearly average."""
        return Decimal(str(self.figures["seasons"][name][month - 1]))

    def monthly(self, entry: dict[str, Any], code: str, year: int, month: int) -> Decimal:
        """The final figure of a month."""
        growth = 1 + Decimal(str(entry["growth"])) * (year - 2025)
        noise = 1 + Decimal("0.05") * wobble(code, year, month)
        value = Decimal(str(entry["base"])) * self.season(entry["season"], month) * growth * noise
        return rounded(value, entry["digits"])
