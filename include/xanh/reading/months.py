"""The month that a cell of a long table states for its row."""

from __future__ import annotations

import re
from datetime import date, timedelta

from xanh.language import periods

_YEAR_FIRST = re.compile(r"((?:19|20)\d\d)(?:[-/.](0?[1-9]|1[0-2])|(0[1-9]|1[0-2]))(?:-01)?")
_FIRST_DAY = re.compile(r"0?1[-/.](0?[1-9]|1[0-2])[-/.]((?:19|20)\d\d)")
"""01/05/2025 is May: read the other way round it would be no first day. 05/01/2025 stays open."""
_SERIAL = re.compile(r"[3-6]\d{4}")
"""A date whose format is lost, in days as spreadsheets count them: 1982 to 2091."""
_DAY_0 = date(1899, 12, 30)


def cell_period(text: str, when: date | None) -> str | None:
    """The month code of a cell: 06/2025, 2025-06, 2025-6, 202506, tháng 6/2025, or the first day that a spreadsheet made of it."""
    said = text.strip()
    if when is None and _SERIAL.fullmatch(said):
        when = _DAY_0 + timedelta(days=int(said))
    if when is not None:
        return f"{when.year}-{when.month:02d}" if when.day == 1 else None
    if year_first := _YEAR_FIRST.fullmatch(said):
        return f"{year_first[1]}-{int(year_first[2] or year_first[3]):02d}"
    if first_day := _FIRST_DAY.fullmatch(said):
        return f"{first_day[2]}-{int(first_day[1]):02d}"
    found = [one for one in periods.find_periods(text) if one.frequency == "M"]
    return found[0].code if len(found) == 1 else None
