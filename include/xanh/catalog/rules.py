"""The model of a rule: what rules/*.yaml say about each finding."""

from __future__ import annotations

from string import Formatter
from typing import Annotated, Self

from pydantic import Field, RootModel, model_validator

from xanh.catalog.strict import Entry
from xanh.model import Responsibility, Severity


def placeholders(template: str) -> frozenset[str]:
    """The names in braces of a template."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


class Rule(Entry):
    """A check with its stable id, who must act, and the sentences for the clerk and for the engineer."""

    rule: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$")]
    severity: Severity
    responsibility: Responsibility
    family: str | None = None
    title_vi: str
    title_en: str | None = None
    message_vi: str
    """Names in braces are filled in; a part in square brackets is left out where one of its names is not stated."""
    message_en: str
    note: str | None = None

    @model_validator(mode="after")
    def _same_placeholders(self) -> Self:
        vi, en = placeholders(self.message_vi), placeholders(self.message_en)
        for name in vi | en:
            if not name.isidentifier():
                raise ValueError(f"{{{name}}} is not a plain name")
        return self


class RuleFile(RootModel[tuple[Rule, ...]]):
    """One file of rules: a list."""
