"""What the text of a cell decides: whether a row fulfils a condition of its form, and whether anything stands there at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from xanh.catalog import Catalog
from xanh.catalog.forms import Condition
from xanh.model import Cell
from xanh.reading.answers import answer
from xanh.reading.phrases import bare, bare_all
from xanh.reading.rows import BodyRow

_QUOTED = "\"'“”‘’«»-–•+* "
"""What may stand before the first word of a text without changing how it begins."""


def holds(catalog: Catalog, condition: Condition, row: BodyRow, number: Decimal | None = None) -> bool:
    """Whether the row's text in the condition's column is what the condition wants.

    `number`: what the cell says in the notation of its column, where numbers are typed as text.
    """
    cell = row.cells.get(condition.column)
    plain = answer(cell)
    if condition.at_least is not None and not _is_at_least(condition.at_least, cell, number):
        return False
    if condition.is_filled is not None and condition.is_filled != bool(stands(catalog, cell)):
        return False
    if condition.equals and plain not in bare_all(condition.equals):
        return False
    if not condition.starts_with and not condition.starts_not_with:
        return True
    begin = _beginning(catalog, plain)
    if condition.starts_with and not begin.startswith(bare_all(condition.starts_with)):
        return False
    return not (condition.starts_not_with and begin.startswith(bare_all(condition.starts_not_with)))


def _beginning(catalog: Catalog, plain: str) -> str:
    """The text from its first word that says something: without quotes, V/v and the like."""
    begin = plain.lstrip(_QUOTED)
    for word in bare_all(catalog.forms.words.subjects):
        if begin.startswith(word + " "):
            return _beginning(catalog, begin[len(word) :])
    return begin


def _is_at_least(least: Decimal, cell: Cell | None, number: Decimal | None) -> bool:
    value = number if number is not None else cell.number if cell is not None else None
    return value is not None and value >= least


def stands(catalog: Catalog, cell: Cell | None) -> bool | None:
    """Whether the cell names something; False for a blank, a dash and words that say that there is none; None where it is marked
    as not known."""
    words = _nothing(catalog)
    if cell is None:
        return False
    if bare(cell.text) in words.missing:
        return None
    plain = answer(cell)
    is_none = not plain or plain in words.whole or plain.startswith(words.starts)
    return not is_none


def text_present(catalog: Catalog, cell: Cell | None) -> Decimal | None:
    """1 where a document number stands (a text with a digit), 0 for none or "Chưa ban hành"; None where it is not clear: a number
    without digits, or one that is only intended."""
    plain = answer(cell)
    if not plain or plain in ("-", "–", "khong", "0") or plain.startswith(("chua ", "khong ")):
        return Decimal(0)
    if plain.startswith(bare_all(catalog.forms.words.intended)):
        return None
    return Decimal(1) if re.search(r"\d", plain) else None


@dataclass(frozen=True)
class _Nothing:
    whole: frozenset[str]
    starts: tuple[str, ...]
    missing: frozenset[str]


@lru_cache(maxsize=8)
def _nothing(catalog: Catalog) -> _Nothing:
    words = catalog.forms.words
    whole = frozenset(bare(word) for word in (*words.zero, *words.nothing))
    starts = tuple(f"{bare(word)} " for word in words.nothing_starts)
    return _Nothing(whole, starts, frozenset(bare(word) for word in words.missing) - whole)
