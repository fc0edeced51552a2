"""The label of a row as it is looked up: without its number, its footnote mark and its unit."""

from __future__ import annotations

import re

from xanh.catalog import Catalog
from xanh.catalog.forms import FormTable
from xanh.codes.units import resolve
from xanh.language.text import clean
from xanh.reading.phrases import bare, split_brackets
from xanh.reading.rows import BodyRow

_MARKS = re.compile(r"\s*(?:\(\*+\)|\*+|[¹²³⁴]|\(\d\)|\s\d/)\s*$")
_WIDE_GAP = re.compile(r"\s{9,}")
_OPEN_MARK = re.compile(r"\s\d\)\s*$")
_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ]\)|(?:I{1,3}|IV|VI{0,3}|IX)[.)]|[-–+•])\s+")
"""Never X. or P.: those are short for xã and phường."""


def label_keys(label: str) -> tuple[str, ...]:
    """The keys under which a label is looked up: as it stands, and without what stands in brackets."""
    return (lookup(label), lookup(split_brackets(label)[0]))


def lookup(label: str) -> str:
    """The key of a label."""
    return bare(clean(label)).strip(" .:;-*")


def without_unit(catalog: Catalog, label: str) -> str:
    """The label without a bracket that names a unit, without a footnote mark and without the number of the row."""
    text = unmarked(label)
    for inner in split_brackets(label)[1]:
        if resolve(catalog, inner).unit is not None:
            text = text.replace(f"({inner})", " ")
    return clean(text)


def unmarked(label: str) -> str:
    """The label without the number in front and the footnote mark behind."""
    text = _MARKS.sub("", _NUMBERED.sub("", _WIDE_GAP.sub(" ", label.strip())))
    return _OPEN_MARK.sub("", text) if text.count("(") < text.count(")") else text


def named(table: FormTable, row: BodyRow) -> tuple[str, ...]:
    """What tells a row from others as it is written: the texts of the key columns, else the label."""
    return tuple(bare(row.cells[code].text) for code in table.rows.key if code in row.cells) or (bare(row.label),)
