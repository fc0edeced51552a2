"""Issues with their sentences: the rule's templates, filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from xanh.catalog import Catalog, Rule
from xanh.catalog.rules import placeholders
from xanh.language.harmless import harmless
from xanh.language.spoken import Spoken, exact_number, shown_number
from xanh.language.spoken_periods import spoken_code
from xanh.model import Issue, Severity

LONGEST_VALUE = 120
"""Characters of a cell's text that a sentence repeats."""
MOST_CELLS = 12
"""Addresses that a sentence lists before it says how many there are."""
NOT_STATED = "–"
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


class MessageError(LookupError):
    """The program asked for a rule that does not exist or left out a parameter of its sentence."""


def issue(
    catalog: Catalog,
    rule_id: str,
    *,
    sheet: str | None = None,
    cell: str | None = None,
    value: str | None = None,
    cells: Sequence[str] = (),
    severity: Severity | None = None,
    **params: object,
) -> Issue:
    """The finding of the rule with both sentences. `severity` overrides the rule's own.

    The templates may use {sheet}, {cell}, {value} and {cells} besides the parameters; parameters whose names begin with
    "period" are codes, which the Vietnamese sentence names in words. Numbers have a decimal comma there and a point in English.
    A part in square brackets is left out where one of its words is not stated. Raises MessageError for an unknown rule or a
    parameter that a template names and nobody gave.
    """
    rule = catalog.rules.get(rule_id)
    if rule is None:
        raise MessageError(f"no rule {rule_id!r} in the catalogue")
    params = {name: exact_number(each) if isinstance(each, Decimal) else each for name, each in params.items()}
    words = {name: _text(each) for name, each in params.items()}
    words |= {"sheet": _text(sheet), "cell": _text(cell), "value": _text(value), "cells": _listed(cells)}
    spoken = {"value": shown_number(words["value"], sheet)} | _spoken_periods(words)
    english = {name: each.english for name, each in params.items() if isinstance(each, Spoken)}
    return Issue(
        severity=severity or rule.severity,
        rule=rule.rule,
        responsibility=rule.responsibility,
        message_vi=_filled(rule, rule.message_vi, words | spoken),
        message_en=_filled(rule, rule.message_en, words | english),
        sheet=sheet,
        cell=cell,
        value=None if value is None else harmless(value),
        cells=tuple(cells),
        family=rule.family,
    )


def _filled(rule: Rule, template: str, words: dict[str, str]) -> str:
    try:
        said = _OPTIONAL.sub(lambda part: part[1] if _is_stated(part[1], words) else "", template)
        return said.format_map(words)
    except KeyError as error:
        raise MessageError(f"rule {rule.rule} needs the parameter {error.args[0]!r}") from error


def _spoken_periods(words: dict[str, str]) -> dict[str, str]:
    codes = {name: word.split(", ") for name, word in words.items() if name.startswith("period")}
    return {name: ", ".join(map(spoken_code, each)) for name, each in codes.items()}


def _is_stated(part: str, words: dict[str, str]) -> bool:
    return all(words[name] != NOT_STATED for name in placeholders(part))


def _text(value: object) -> str:
    if value is None or value == "":
        return NOT_STATED
    if isinstance(value, (list, tuple)):
        return _listed([str(each) for each in value])
    text = harmless(" ".join(str(value).split()))
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _listed(cells: Sequence[str]) -> str:
    if not cells:
        return NOT_STATED
    rest = len(cells) - MOST_CELLS
    return ", ".join(cells[:MOST_CELLS]) + (f", … (+{rest})" if rest > 0 else "")
