"""Numbers as the containers hold them: exact digits, number formats that mean a date or a percentage, date serials."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

FormatKind = Literal["number", "percent", "date"]

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_PLAIN = re.compile(r"0|-?[1-9]\d{0,14}", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,13})\.\d{1,30}", re.ASCII)
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\[\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BUILTIN_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_BUILTIN_PERCENT = frozenset({9, 10})
_LONGEST = 400
"""Characters of a number; the largest double has 309 digits."""
_LAST_SERIAL = 2_958_465  # 31 December 9999
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)


def digits(text: str) -> str | None:
    """The shortest exact digits of a stored number: 0.1 for 0.10000000000000001. None for what is no finite number.

    A whole number is kept as it is written, however long; anything else is the IEEE double that every spreadsheet
    calculates with, in the shortest form that gives the same double again.
    """
    if _PLAIN.fullmatch(text):
        return text
    if _DECIMAL.fullmatch(text):
        shortest = repr(float(text))
        if "e" not in shortest and not shortest.endswith(".0"):
            return shortest
    text = text.strip()
    if _PLAIN.fullmatch(text):
        return text
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        return None
    if text.lstrip("+-").isdigit():
        return str(int(text))
    return float_digits(float(text))


def float_digits(number: float) -> str | None:
    """The shortest exact digits of a double, without exponent. None for infinity and not-a-number."""
    if number != number or number in (float("inf"), float("-inf")):
        return None
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    shortest = repr(number)
    if "e" not in shortest:
        return shortest.removesuffix(".0")
    if not 1e-30 < abs(number) < 1e30:
        return shortest
    return format(Decimal(shortest), "f").removesuffix(".0")


@lru_cache(maxsize=4096)
def format_kind(code: str | None, number: int = 0) -> FormatKind:
    """What a number format shows: a date or time, a percentage, or a plain number. `code` wins over the built-in
    number."""
    if not code:
        if number in _BUILTIN_PERCENT:
            return "percent"
        return "date" if number in _BUILTIN_DATES else "number"
    section = code.split(";")[0]
    bare = _QUOTED.sub("", section)
    if "%" in bare:
        return "percent"
    if bare.strip().lower() in ("general", "standard", "@", "") or _ELAPSED.search(bare):
        return "number"
    without_general = re.sub(r"general|am/pm|a/p", "", bare, flags=re.IGNORECASE)
    if re.search(r"[ymdhs]", without_general, re.IGNORECASE) and not re.search(
        r"[0#?]", _without_fraction(without_general)
    ):
        return "date"
    return "number"


def _without_fraction(code: str) -> str:
    """Fractions of a second (`ss.000`) are digits that do not make a number of a date."""
    return re.sub(r"s[.,]0+", "s", code, flags=re.IGNORECASE)


def moment(serial: str, is_1904: bool) -> date | datetime | None:
    """The date of a serial number, with the time of day when it has a fraction. None outside the calendar."""
    number = float(serial)
    if not 0 <= number <= _LAST_SERIAL:
        return None
    if not is_1904 and number < 60:
        number += 1  # Excel counts a 29 February 1900 that never was
    found = (_EPOCH_1904 if is_1904 else _EPOCH_1900) + timedelta(days=number)
    found = (found + timedelta(milliseconds=500)).replace(microsecond=0)
    return found.date() if number == int(number) else found
