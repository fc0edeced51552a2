"""Rows that may be rows of the form although they are not read as such: parts of a row that has no row of its own, and rows under
another name where the form takes any."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from xanh.catalog import Catalog
from xanh.catalog.forms import FormTable
from xanh.language.text import clean
from xanh.reading.alike import nearest_line
from xanh.reading.keys import Keys
from xanh.reading.phrases import bare
from xanh.reading.rows import Body, BodyRow


def lone_parts(catalog: Catalog, table: FormTable, keys: Keys, body: Body) -> Iterator[tuple[BodyRow, str, str]]:
    """Each such row, the name of the form's row, and the word or sign that makes it a part: "Trong đó: Gang" without Gang."""
    parts = [row for row in body.rows if row.kind == "part" and row.cells]
    rows = {(keys.identity(row.label), _key(table, row)) for row in body.rows if row.kind == "item"} if parts else set()
    names = {name for name, _ in rows}
    for row in parts:
        word, name = _divided(catalog, row.label)
        known, key = keys.identity(name), _key(table, row)
        if known is not None and (known not in names or (all(key) and (known, key) not in rows)):
            yield row, name, word


def lost_lines(table: FormTable, keys: Keys, body: Body) -> Iterator[tuple[BodyRow, str]]:
    """Rows with figures of a form that takes any rows, which share most words with a line of the form that the table lacks, and
    the name of that line."""
    if table.rows.other_labels != "accept":
        return
    items = [(row, keys.line(row.label)) for row in body.rows if row.kind == "item"]
    absent = [line for line in table.rows.lines if line.measure and all(line is not known for _, known in items)]
    for row, known in items:
        name = nearest_line(absent, row.label)
        if known is None and name:
            yield row, name


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
