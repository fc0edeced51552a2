"""The models of codelists/*.csv: areas, measures, items and their registers, units, industries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from xanh.catalog.strict import Entry
from xanh.catalog.values import Dated, Names, Status

Level = Literal["province", "district", "commune"]
Kind = Literal["flow", "stock", "status", "index"]
"""flow: summable over time. stock: the last value counts. status: 0 or 1 of a unit. index: base 100, never summed."""


class Area(Dated):
    """An administrative unit of one vintage. Codes are re-used between vintages, so the key is `vintage:code`."""

    key: Annotated[str, Field(pattern=r"^[A-Z]+:\d+$")]
    level: Level
    unit_type: str
    """The full prefix of the name: Xã, Phường, Thị trấn, Huyện, Thành phố, Tỉnh."""
    is_urban: bool | None = None
    name_vi: str
    """With prefix: Xã Hòa An."""
    name_en: str
    short_name: str
    """Without prefix: Hòa An."""
    parent: str | None = None
    """The key of the unit above in the same vintage."""
    successors: Names = ()
    aliases: Names = ()
    """Further spellings that occur, with or without prefix."""
    is_disputed: bool = False
    note: str | None = None

    @property
    def vintage(self) -> str:
        """The part of the key before the colon."""
        return self.key.partition(":")[0]

    @property
    def code(self) -> str:
        """The code of the statistics office, unique only within the vintage."""
        return self.key.partition(":")[2]


class Measure(Entry):
    """A raw quantity that departments report."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name_vi: str
    name_en: str
    unit_family: str
    """A dimension of units.csv, or `any`: each item has its own unit."""
    canonical_unit: str | None = None
    """A unit code; None only for `any`."""
    other_units: Names = ()
    """Count nouns that may stand for the canonical one in files: DN for cơ sở."""
    kind: Kind
    grain: str
    frequency: Literal["month", "quarter", "half", "year"]
    reporter: str
    source_form: str | None = None
    plausible_min: Decimal | None = None
    plausible_max: Decimal | None = None
    """Per reporting unit and period, for warnings, never for rejection."""
    status: str
    note: str | None = None


class Register(Entry):
    """A list of items. In an open one a label that is not listed is an item of its own."""

    code: str
    name_vi: str
    name_en: str
    is_open: bool = False
    note: str | None = None


class Item(Dated):
    """A product, facility, store, plant, zone, team: what a row of a form is about. `name_vi` is the canonical
    label."""

    code: str
    name_vi: str
    name_en: str
    aliases: Names = ()
    tax_code: str | None = None
    kind: str | None = None
    grade: str | None = None
    """The class of a market or supermarket."""
    measure: str | None = None
    """The measure of the item's output."""
    unit: str | None = None
    """The unit that files usually state, as a spelling."""
    areas: Names = ()
    """Area keys, one a vintage."""
    vsic2018: str | None = None
    vsic2025: str | None = None
    capacity_mw: Decimal | None = None
    note: str | None = None


FACTS: Mapping[str, str] = {"capacity_mw": "MW"}
"""Numbers of an item that forms repeat, with their unit."""


class Unit(Entry):
    """A unit of measurement; the code is its usual Vietnamese text."""

    code: str
    name_en: str
    symbol: str
    dimension: str
    kind: str | None = None
    """Units of one dimension convert into each other only within one kind: the noun of a count, DC peak against AC."""
    to_base: Decimal
    """How many of the dimension's base unit one of this is."""
    open_unit: str
    """The unit that values are kept in where the measure names none."""
    factor_version: str | None = None
    """Where the conversion is a convention and not a definition."""
    status: str
    note: str | None = None


class Spelling(Entry):
    """A way in which a unit is written."""

    spelling: str
    unit: str
    status: Status


class ScaleWord(Entry):
    """A word or number in front of a unit that multiplies it."""

    word: str
    factor: Decimal
    status: Status


class DittoMark(Entry):
    """What stands in a unit column for the unit of the row above."""

    mark: str
    status: Status


class AreaPrefix(Entry):
    """A full or short word in front of an area's name; without unit type it only says that a committee is meant."""

    prefix: str
    unit_type: str | None = None


class Abbreviation(Entry):
    """A word of an item's label that means the same as several words."""

    short: str
    long: str


class Industry(Entry):
    """A class of the industrial classification in both versions; identity is version and code."""

    plan_sector: str
    vsic2018: str | None = None
    name_2018: str | None = None
    name_en: str | None = None
    vsic2025: str | None = None
    name_2025: str | None = None
    relation_2018_2025: str | None = None
    named_in: str | None = None
    note: str | None = None
    status: str
    source: str | None = None


class Crossing(Entry):
    """What share of one area belongs to an area of another vintage."""

    from_key: str
    to_key: str
    share: Annotated[Decimal, Field(gt=0, le=1)] | None
    """None: it cannot be derived."""
    method: str
    """whole, or estimated_<how>."""
    is_disputed: bool = False
    status: Status
    note: str | None = None


class Holiday(Entry):
    """A day off, or a Saturday or Sunday that is worked instead."""

    day: date
    kind: Literal["off", "worked"]
    name_vi: str
    status: Status
    note: str | None = None
