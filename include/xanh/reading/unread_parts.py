"""A part of a form whose title stands on a sheet while its headings are not understood: it must not be read as rows of another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from xanh.catalog.forms import FormTable
from xanh.reading.grid import Grid
from xanh.reading.headings import Header

_PART = re.compile(r"\s*([A-E])\s*[.):]\s+\S")


def unread_part(grid: Grid, headers: Sequence[tuple[FormTable, Header | None]]) -> FormTable | None:
    """The table without a header whose letter begins a line of its own below another table, with a row of words under it."""
    missing = {table.code: table for table, header in headers if header is None}
    known = [header for _, header in headers if header is not None]
    if not missing or not known:
        return None
    first = min(header.bottom for header in known)
    rows = [row for row in grid.filled_rows() if row > first]
    for row, below in pairwise(rows):
        cells, under = list(grid.rows[row].values()), list(grid.rows[below].values())
        part = _PART.match(cells[0].text) if len(cells) == 1 else None
        is_known = any(header.top <= below <= header.bottom for header in known)
        if part and part[1] in missing and not is_known and len(under) > 1 and all(c.kind == "text" for c in under):
            return missing[part[1]]
    return None
