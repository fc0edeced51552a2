"""What a crafted bad file is: a name, how to make its bytes, and the rules of which one must answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ooxml_kit as kit

Make = Callable[[], bytes]


@dataclass(frozen=True)
class Bad:
    """One file and the rules of which one must answer."""

    name: str
    make: Make
    rules: frozenset[str]


def bad(name: str, make: Make, *rules: str) -> Bad:
    """Short for the tables below."""
    return Bad(name, make, frozenset(rules))


def row(cells: str, number: int = 1) -> str:
    """A row element."""
    return f'<row r="{number}">{cells}</row>'


def rows(cells: str, **more: str) -> Make:
    """A workbook whose only row holds the cells."""
    return lambda: kit.xlsx(sheet1=kit.sheet(row(cells), **more))
