"""Rows that only break another row down, although the form has a row of that name and the table has none: perhaps the row itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from xanh.catalog import Catalog
from xanh.catalog.forms import FormTable
from xanh.language.text import clean
from xanh.reading.keys import Keys
from xanh.reading.phrases import bare
from xanh.reading.rows import Body, BodyRow


def lone_parts(catalog: Catalog, table: FormTable, keys: Keys, body: Body) -> Iterator[tuple[BodyRow, str, str]]:
    """Each such row, the name of the form's row, and the word or sign that makes it a part: "Trong đó: Gang" without Gang."""
    items = [row for row in body.rows if row.kind == "item"]
    names = {keys.identity(row.label) for row in items}
    rows = {(keys.identity(row.label), _key(table, row)) for row in items}
    for row in body.rows:
        if row.kind == "part" and row.cells:
            word, name = _divided(catalog, row.label)
            known, key = keys.identity(name), _key(table, row)
            if known is not None and (known not in names or (all(key) and (known, key) not in rows)):
                yield row, name, word


def _key(table: FormTable, row: BodyRow) -> tuple[str, ...]:
    """What besides the name tells rows apart: a facility has one row a kind of waste."""
    return tuple(bare(row.cells[code].text) if code in row.cells else "" for code in table.rows.key)


def _divided(catalog: Catalog, label: str) -> tuple[str, str]:
    text = clean(label)
    rest = text.lstrip("-–+•* ")
    plain = bare(rest)
    start = next((start for start in _starts(catalog) if plain.startswith(start)), "")
    name = rest[len(start) :].lstrip(" :.-")
    return text[: len(text) - len(name)].strip(" :") or "-", name


@lru_cache(maxsize=8)
def _starts(catalog: Catalog) -> tuple[str, ...]:
    """The words that make a part or a sum of a row, the longest first."""
    words = catalog.forms.words
    return tuple(sorted((bare(word) for word in (*words.parts, *words.sums)), key=len, reverse=True))
