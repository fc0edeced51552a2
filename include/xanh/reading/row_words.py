"""The words at the start of a row that say it adds up, is a part of the row above, remarks on the table or ends it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from xanh.catalog import Catalog
from xanh.language.text import fold
from xanh.reading.phrases import bare


@dataclass(frozen=True)
class RowWords:
    """The words of the catalogue, bare."""

    totals: frozenset[str]
    sums: tuple[str, ...]
    """With accents: "Cộng các phường" adds up, "Công ty" does not."""
    parts: tuple[str, ...]
    notes: tuple[str, ...]
    ends: tuple[str, ...]


@lru_cache(maxsize=8)
def row_words(catalog: Catalog) -> RowWords:
    """The row words of a catalogue."""
    words = catalog.forms.words
    return RowWords(
        frozenset(bare(total) for total in words.totals),
        tuple(fold(start) for start in words.sums),
        tuple(bare(part) for part in words.parts),
        tuple(bare(note) for note in words.notes),
        tuple(bare(end) for end in words.ends),
    )


def starts(plain: str, words: tuple[str, ...]) -> bool:
    """Whether the text begins with one of the words, and not just with its letters."""
    return any(
        plain.startswith(word) and (len(plain) == len(word) or not plain[len(word)].isalnum() or not word[-1].isalnum())
        for word in words
    )
