"""The model of a known error in a source: what stands there, what it should be, why, who says so, and until when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, RootModel, model_validator

from xanh.catalog.factors import Exact
from xanh.catalog.strict import Entry
from xanh.catalog.values import Status
from xanh.model import Flow


class Correction(Entry):
    """One value of one source. All of form, measure, item, area, period and flow must be those of the observation."""

    code: Annotated[str, Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")]
    form: str
    department: str | None = None
    """None: whoever sent it."""
    measure: str
    item: str | None = None
    """The canonical label; None for values without item."""
    area: str | None = None
    period: str
    flow: Flow = "period"
    expect: Exact
    """The wrong value in the measure's unit: the guard. Any other value means that the source was repaired."""
    tolerance: Annotated[Exact, Field(ge=0)] = Decimal(0)
    """How far the value may lie from `expect`, where its last digits are not known."""
    multiply_by: Exact | None = None
    value: Exact | None = None
    """Instead of multiply_by: the right value; neither: it is not known (status M)."""
    reason: str
    evidence: str
    author: str
    noted_on: date
    expires_on: date
    status: Status

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.multiply_by is not None and self.value is not None:
            raise ValueError("give either value or multiply_by")
        if self.expires_on <= self.noted_on:
            raise ValueError("expires_on is not after noted_on")
        return self


class CorrectionFile(RootModel[tuple[Correction, ...]]):
    """One file of corrections: a list."""
