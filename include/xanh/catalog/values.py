"""The small types that catalogue models share: several values in one CSV field, a validity interval."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, model_validator

from xanh.catalog.strict import Entry


def _split(value: Any) -> Any:
    if value is None:
        return ()
    return tuple(part.strip() for part in value.split("|") if part.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""In CSV: values with `|` between them; an empty field is no value."""
Status = Literal["VERIFIED", "ASSUMED"]
"""VERIFIED: seen in a source. ASSUMED: expert judgement, to be checked before anybody relies on it."""


class Dated(Entry):
    """Something that holds from one day to another, both inclusive; None is open."""

    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} is before valid_from {self.valid_from}")
        return self

    def is_valid_on(self, day: date) -> bool:
        """Whether the day lies in the interval."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)
