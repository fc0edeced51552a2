"""What a row says that there was at the start of the period, for the stock that it says there is at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from xanh.model import Reading, Table

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.catalog.forms import Emission


@dataclass(frozen=True)
class Opening:
    """The stock at the start of the period in the unit of the closing one, and its cell."""

    value: Decimal
    cell: str


def openings(catalog: Catalog, reading: Reading) -> Mapping[tuple[str, str, str], Opening]:
    """By sheet, address of the closing stock and its measure. Only forms whose observations name an `opening` have any."""
    found: dict[tuple[str, str, str], Opening] = {}
    for table in reading.tables:
        for emission in _carried(catalog, table):
            for row, addresses in zip(table.rows, table.addresses, strict=True):
                value = row.get(emission.opening or "")
                closing = addresses.get(emission.columns[0])
                cell = addresses.get(emission.opening or "")
                if isinstance(value, Decimal) and closing is not None and cell is not None:
                    found[table.sheet, closing, emission.measure] = Opening(value, cell)
    return found


def _carried(catalog: Catalog, table: Table) -> Iterator[Emission]:
    form = catalog.forms.forms[table.form]
    for layout in form.layouts:
        for each in layout.tables:
            if (layout.code, each.code) == (table.layout, table.table):
                yield from (emission for emission in each.observations if emission.opening is not None)
