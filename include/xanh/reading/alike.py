"""Which line of a form a label under another name may be: by the words that both have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xanh.catalog.forms import Line
from xanh.reading.phrases import bare

ALIKE = 0.6
"""Words in common, of all words of both."""


def nearest_line(lines: Iterable[Line], label: str) -> str:
    """The name of the line that shares most words with the label; empty where none shares enough. For suggestions only."""
    said = _words(label)
    near = max(lines, key=lambda line: _likeness(said, line), default=None)
    return near.labels[0] if near is not None and _likeness(said, near) >= ALIKE else ""


def _likeness(said: frozenset[str], line: Line) -> float:
    return max((len(said & words) / len(said | words) for label in line.labels if (words := _words(label))), default=0)


def _words(label: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", bare(label)))
