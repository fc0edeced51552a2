"""Decimal numbers for people: exact as text, and rounded as spreadsheets and PostgreSQL round."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def decimal_text(value: Decimal) -> str:
    """All digits of the value and no more: 1E+2 is 100, 1.50 is 1.5, -0 is 0."""
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def rounded(value: Decimal, digits: int) -> Decimal:
    """The value with so many digits after the point; a half goes away from zero, as in the workbook that shows the same value.

    Never -0. Raises decimal.InvalidOperation for more than 28 digits in all.
    """
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def telling_digits(value: Decimal) -> int:
    """How many digits of the value say something: two of 1,200 and of 0.012."""
    return len("".join(map(str, value.as_tuple().digits)).strip("0"))
