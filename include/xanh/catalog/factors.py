"""The model of factors.yaml: dated conversion factors into tonnes of oil equivalent."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from xanh.catalog.strict import Entry
from xanh.catalog.values import Dated, Status


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError("write the number in quotes, so that it stays exact")
    return value


Exact = Annotated[Decimal, BeforeValidator(_exact)]


class Factor(Entry):
    """One `per` unit of the fuel is `toe` tonnes of oil equivalent."""

    fuel: str
    name_vi: str
    measures: tuple[str, ...] = ()
    """Measures whose canonical unit has the dimension of `per`."""
    grades: tuple[str, ...] = ()
    """Spellings of the grade that decides between factors of one measure."""
    per: str
    toe: Annotated[Exact, Field(gt=0)]
    toe_min: Exact | None = None
    toe_max: Exact | None = None
    status: Status
    note: str | None = None


class FactorTable(Dated):
    """An official table with its version id and validity."""

    version: str
    source: str
    factors: tuple[Factor, ...]
    status: str
    note: str | None = None


class Factors(Entry):
    """The file factors.yaml."""

    tables: tuple[FactorTable, ...]
