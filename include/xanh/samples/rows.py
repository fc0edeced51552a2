"""What the makers of bodies share: who sends, sums and percentages of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from xanh.catalog.codelists import Area
from xanh.samples.sheets import Row, Value
from xanh.samples.world import rounded


@dataclass(frozen=True)
class Sender:
    """Who fills in the form: the folder, and for a people's committee its area."""

    department: str
    area: Area | None = None


def index(value: Decimal, base: Decimal) -> Value:
    """`value` as a percentage of `base`, one decimal; a sign for nothing where the base is zero."""
    return rounded(value / base * 100, 1) if base else "-"


def sums(rows: Iterable[Row], keys: Iterable[str]) -> dict[str, Value]:
    """The sum of each column over the item rows; signs for nothing count as zero."""
    items = [row for row in rows if row.kind == "item"]
    return {
        key: sum((v for r in items if isinstance(v := r.values.get(key), int | Decimal)), Decimal(0)) for key in keys
    }
