"""Periods as a Vietnamese reader names them."""

from __future__ import annotations

import re

from xanh.language import periods
from xanh.model import Period

_ROMAN = ("I", "II", "III", "IV")
_WITHOUT_YEAR = re.compile(r"(?=M(?:[1-9]|1[0-2])$|Q[1-4]$|H[12]$|N\d{1,2}$)(.)(\d+)")


def spoken_period(period: Period) -> str:
    """tháng 5 năm 2024; quý I năm 2025; 6 tháng cuối năm 2025; 9 tháng năm 2024; năm 2024."""
    month = period.end.month
    number = {"Q": (month + 2) // 3, "H": (month + 5) // 6}.get(period.frequency, month)
    basis = " (từ ngày 15 tháng trước đến ngày 14)" if period.basis == "admin_15_14" else ""
    return f"{_part(period.frequency, number)} năm {period.end.year}{basis}".lstrip()


def spoken_code(code: str) -> str:
    """What a code stands for, also one without a year (M6, Q2); any other text as it is."""
    if part := _WITHOUT_YEAR.fullmatch(code):
        return _part(part[1], int(part[2]))
    try:
        return spoken_period(periods.period(code))
    except ValueError:
        return code


def _part(frequency: str, number: int) -> str:
    match frequency:
        case "M":
            return f"tháng {number}"
        case "Q":
            return f"quý {_ROMAN[number - 1]}"
        case "H":
            return f"6 tháng {'đầu' if number == 1 else 'cuối'}"
        case "N":
            return f"{number} tháng"
        case _:
            return ""
