"""Decimal numbers as text, exact: no exponent, no zeros that say nothing."""

from __future__ import annotations

from decimal import Decimal


def decimal_text(value: Decimal) -> str:
    """All digits of the value and no more: 1E+2 is 100, 1.50 is 1.5, -0 is 0."""
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
