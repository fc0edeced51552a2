"""Values as a Vietnamese reader writes them: 1.234,5 with at most six significant digits behind the comma."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from xanh.validation.derive import Value

_SIGNIFICANT = 6
_WITH_POINT = re.compile(r"-?\d+\.(?!\d{3}$)\d+")
"""A number of a cell with a decimal point. One with three decimals may be a text with thousands, so it stays as it is."""


class Spoken(str):
    """A number as a Vietnamese reader writes it; `english` as an English one does."""

    english: str


def spoken(value: Value) -> str:
    """`-` for nothing, Có/Không for a truth value, the text itself, a number with points and a comma."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return spoken_number(value) if isinstance(value, Decimal) else value


def spoken_number(value: Decimal) -> Spoken:
    """The number, rounded to six significant digits when it has decimals, a half up as a workbook shows it; whole numbers stay exact."""
    places = max(0, min(_SIGNIFICANT, _SIGNIFICANT - 1 - value.adjusted())) if value else 0
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) if value.adjusted() < 40 else value
    return exact_number(rounded)


def exact_number(value: Decimal) -> Spoken:
    """The number with all its digits, without noughts at the end of its decimals."""
    whole, _, decimals = f"{value:,f}".partition(".")
    decimals = decimals.rstrip("0")
    said = Spoken(whole.replace(",", ".") + ("," + decimals if decimals else ""))
    said.english = whole + ("." + decimals if decimals else "")
    return said


def shown_number(text: str, sheet: str | None) -> str:
    """The text of a workbook's cell as its reader sees it: with a decimal comma. Text files are shown as they are."""
    return text.replace(".", ",") if sheet and _WITH_POINT.fullmatch(text) else text
