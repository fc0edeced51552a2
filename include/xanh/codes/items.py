"""Labels of rows resolved to items of a register: by code, tax code, name and declared aliases, never by
resemblance."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from xanh.catalog import Catalog
from xanh.catalog.codelists import Item
from xanh.language.text import bare_label, clean, fold, plain

Kind = Literal["match", "ambiguous", "unknown", "contradiction"]
How = Literal["name", "alias", "code", "tax_code", "abbreviation", "without_accents"]
CLOSE_ENOUGH = 0.75
"""How similar a label must be to be suggested."""
SURELY_ALIKE = 0.85
"""The same where two names have no word of their own in common."""


@dataclass(frozen=True, slots=True)
class ItemMatch:
    """What a label means. Only `match` gives an item to load; a suggestion is for the clerk, never used."""

    kind: Kind
    item: Item | None = None
    how: How | None = None
    candidates: tuple[Item, ...] = ()
    """For `contradiction`: the item of the label, then that of the tax code."""
    suggestion: Item | None = None


def resolve(catalog: Catalog, register: str, label: str, tax_code: str | None = None) -> ItemMatch:
    """The item of the register that a row is about. A tax code decides; a label that denotes another item
    contradicts it."""
    by_label = _by_label(catalog, register, label)
    if tax_code is None or not _digits(tax_code):
        return by_label
    by_tax = _index(catalog, register).tax_codes.get(_digits(tax_code))
    if by_tax is None:
        return ItemMatch("unknown", suggestion=by_label.item or by_label.suggestion)
    if by_label.item is not None and by_label.item is not by_tax:
        return ItemMatch("contradiction", candidates=(by_label.item, by_tax))
    return ItemMatch("match", by_tax, "tax_code" if by_label.item is None else by_label.how)


@dataclass(frozen=True)
class _Index:
    ways: tuple[tuple[How, Mapping[str, tuple[Item, ...]]], ...]
    tax_codes: Mapping[str, Item]


@lru_cache(maxsize=64)
def _index(catalog: Catalog, register: str) -> _Index:
    names: dict[How, dict[str, list[Item]]] = {
        how: defaultdict(list) for how in ("code", "name", "alias", "abbreviation", "without_accents")
    }
    for item in catalog.items_of(register):
        names["code"][fold(item.code)].append(item)
        names["name"][fold(item.name_vi)].append(item)
        for label in (item.name_vi, *item.aliases):
            for how, key in (
                ("alias", fold(label)),
                ("abbreviation", _spelled_out(catalog, label)),
                ("without_accents", plain(_spelled_out(catalog, label))),
            ):
                if item not in names[how][key]:  # type: ignore[index]
                    names[how][key].append(item)  # type: ignore[index]
    ways = tuple((how, {key: tuple(items) for key, items in found.items()}) for how, found in names.items())
    tax_codes = {_digits(item.tax_code): item for item in catalog.items_of(register) if item.tax_code}
    return _Index(ways, tax_codes)


@lru_cache(maxsize=20_000)
def _by_label(catalog: Catalog, register: str, label: str) -> ItemMatch:
    spelled_out = _spelled_out(catalog, label)
    keys = {
        "code": fold(label),
        "name": fold(label),
        "alias": fold(label),
        "abbreviation": spelled_out,
        "without_accents": plain(spelled_out) if label.isascii() else "",
    }
    for how, items in _index(catalog, register).ways:
        found = items.get(keys[how], ())
        if len(found) == 1:
            return ItemMatch("match", found[0], how)
        if found:
            return ItemMatch("ambiguous", candidates=found)
    bare = bare_label(label)
    if bare != clean(label):
        return _by_label(catalog, register, bare)
    return ItemMatch("unknown", suggestion=_suggestion(catalog, register, spelled_out))


def _suggestion(catalog: Catalog, register: str, key: str) -> Item | None:
    labels = {
        _spelled_out(catalog, label): item
        for item in catalog.items_of(register)
        for label in (item.name_vi, *item.aliases)
    }
    closest = difflib.get_close_matches(key, labels, n=1, cutoff=CLOSE_ENOUGH) if key else []
    return labels[closest[0]] if closest and _is_telling(key, closest[0], tuple(labels)) else None


def _is_telling(key: str, other: str, labels: tuple[str, ...]) -> bool:
    """Whether more than the words that many names have (Công ty TNHH, Thủy điện) makes the two alike."""
    common = {word for word, count in Counter(w for label in labels for w in set(label.split())).items() if count > 2}
    shared = set(key.split()) & set(other.split()) - common
    return bool(shared) or difflib.SequenceMatcher(None, key, other).ratio() >= SURELY_ALIKE


def _spelled_out(catalog: Catalog, label: str) -> str:
    long = _abbreviations(catalog)
    return " ".join(long.get(word, word) for word in fold(label).split())


@lru_cache(maxsize=8)
def _abbreviations(catalog: Catalog) -> Mapping[str, str]:
    return {fold(each.short): fold(each.long) for each in catalog.abbreviations}


def _digits(tax_code: str) -> str:
    """The ten or thirteen digits of a tax code, however they are grouped."""
    return re.sub(r"\D", "", tax_code)
