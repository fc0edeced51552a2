"""Values as a Vietnamese reader writes them: 1.234,5 with at most six significant digits behind the comma."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from xanh.validation.derive import Value

_SIGNIFICANT = 6


def spoken(value: Value) -> str:
    """`-` for nothing, Có/Không for a truth value, the text itself, a number with points and a comma."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return spoken_number(value) if isinstance(value, Decimal) else value


def spoken_number(value: Decimal) -> str:
    """The number, rounded to six significant digits when it has decimals, a half up as a workbook shows it; whole numbers stay exact."""
    places = max(0, min(_SIGNIFICANT, _SIGNIFICANT - 1 - value.adjusted())) if value else 0
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) if value.adjusted() < 40 else value
    whole, _, decimals = f"{rounded:,f}".partition(".")
    decimals = decimals.rstrip("0")
    return whole.replace(",", ".") + ("," + decimals if decimals else "")
