"""Reference periods: their codes and arithmetic, and every way in which titles, columns and file names state them.

Codes: 2024-06, 2024-Q2, 2024-H1, 2024-9M (the first nine months), 2024. A month of the administrative basis runs
from the
15th of the month before to the 14th, a year from 15 December to 14 December (NĐ 09/2019/NĐ-CP); statistics use
calendar months.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from xanh.model import Period

Basis = Literal["calendar", "admin_15_14"]
Frequency = Literal["M", "Q", "H", "N", "A"]

_CODE = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<months>[2-9]|1[01])M))?"
)


def period(code: str, basis: Basis = "calendar") -> Period:
    """The period of a code. Raises ValueError for anything else."""
    found = _CODE.fullmatch(code)
    if found is None:
        raise ValueError(f"{code!r} is no period code")
    year = int(found["year"])
    if found["month"]:
        return _span(code, year, int(found["month"]), int(found["month"]), "M", basis)
    if found["quarter"]:
        last = 3 * int(found["quarter"])
        return _span(code, year, last - 2, last, "Q", basis)
    if found["half"]:
        last = 6 * int(found["half"])
        return _span(code, year, last - 5, last, "H", basis)
    if found["months"]:
        return first_months(year, int(found["months"]), basis)
    return _span(code, year, 1, 12, "A", basis)


def first_months(year: int, count: int, basis: Basis = "calendar") -> Period:
    """The first months of a year under the code that such a span has: 3 is the first quarter, 6 the half year, 12
    the year."""
    named = {1: f"{year}-01", 3: f"{year}-Q1", 6: f"{year}-H1", 12: f"{year}"}
    if count in named:
        return period(named[count], basis)
    return _span(f"{year}-{count}M", year, 1, count, "N", basis)


def _span(code: str, year: int, first: int, last: int, frequency: Frequency, basis: Basis) -> Period:
    if basis == "calendar":
        return Period(code, date(year, first, 1), date(year, last, monthrange(year, last)[1]), frequency, basis)
    start = date(year, first - 1, 15) if first > 1 else date(year - 1, 12, 15)
    return Period(code, start, date(year, last, 14), frequency, basis)


def days(one: Period) -> int:
    """How many days the period has."""
    return (one.end - one.start).days + 1


def contains(outer: Period, inner: Period) -> bool:
    """Whether the inner period lies in the outer one; never across two bases."""
    return outer.basis == inner.basis and outer.start <= inner.start and inner.end <= outer.end


def months(one: Period) -> tuple[Period, ...]:
    """The months of the period, in their order."""
    year, last = one.end.year, one.end.month
    count = {"M": 1, "Q": 3, "H": 6, "N": last, "A": 12}[one.frequency]
    return tuple(period(f"{year}-{month:02d}", one.basis) for month in range(last - count + 1, last + 1))


def previous(one: Period) -> Period:
    """The period of the same length before: May for June, the second half of 2023 for the first of 2024.

    The first n months follow those of the year before.
    """
    year, last = one.end.year, one.end.month
    if one.frequency in ("N", "A"):
        return same_period_last_year(one)
    if one.frequency == "M":
        code = f"{year}-{last - 1:02d}" if last > 1 else f"{year - 1}-12"
    else:
        size, letter = (3, "Q") if one.frequency == "Q" else (6, "H")
        number = last // size
        code = f"{year}-{letter}{number - 1}" if number > 1 else f"{year - 1}-{letter}{12 // size}"
    return period(code, one.basis)


def same_period_last_year(one: Period) -> Period:
    """The period with the same name a year earlier."""
    return period(f"{one.end.year - 1}{one.code[4:]}", one.basis)


def year_to_date(one: Period) -> Period:
    """From the start of the year to the end of the period."""
    return first_months(one.end.year, one.end.month, one.basis)


def year_of(one: Period) -> Period:
    """The whole year."""
    return period(f"{one.end.year}", one.basis)


def between(start: date, end: date) -> Period | None:
    """The period that runs from one day to another, calendar or administrative; None when there is none."""
    year = end.year
    codes = [f"{year}", *(f"{year}-Q{q}" for q in range(1, 5)), f"{year}-H1", f"{year}-H2"]
    codes += [f"{year}-{month:02d}" for month in range(1, 13)] + [
        f"{year}-{count}M" for count in (2, 4, 5, 7, 8, 9, 10, 11)
    ]
    for basis in ("calendar", "admin_15_14"):
        for code in codes:
            one = period(code, "calendar" if basis == "calendar" else "admin_15_14")
            if (one.start, one.end) == (start, end):
                return one
    return None


@dataclass(frozen=True, slots=True)
class Mention:
    """A period that a text names; the year may stand elsewhere. `number`: the month, quarter, half, or count of
    months."""

    frequency: Frequency
    number: int
    year: int | None

    def period(self, basis: Basis = "calendar") -> Period | None:
        """The period, where the year is known."""
        if self.year is None:
            return None
        if self.frequency == "N":
            return first_months(self.year, self.number, basis)
        part = {"M": f"-{self.number:02d}", "Q": f"-Q{self.number}", "H": f"-H{self.number}", "A": ""}[self.frequency]
        return period(f"{self.year}{part}", basis)

    def agrees(self, one: Period) -> bool:
        """Whether the mention can mean the period: the same one, or its months where only the year is missing."""
        own = replace(self, year=self.year or one.end.year).period(one.basis)
        return own is not None and (own.start, own.end) == (one.start, one.end)


LONGEST = 600
"""Characters of a text that are looked at: a longer one is no title."""
_Y = r"(?:19|20)\d\d(?!\d)"
_SHORT_YEAR = r"(?<=\bnam )[23]\d(?!\s?[\d/.,%-])"
"""Two digits are a year only after the word (QUÝ III NĂM 24)."""
_YEAR = rf"(?:\s*(?:[/.,_-]|\bnam\b|cua nam)?\s*(?P<{{0}}>{_Y}|{_SHORT_YEAR}))?"
_WORD_LIST = "mot hai ba tu nam sau bay tam chin muoi"
_WORDS = {word: number for number, word in enumerate(_WORD_LIST.split(), start=1)}
_WORDS |= {"gieng": 1, "muoi mot": 11, "muoi hai": 12, "chap": 12}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "mot": 1, "hai": 2, "ba": 3, "tu": 4}
_QUARTER = r"(?:iv|i{1,3}|0?[1-4]|mot|hai|ba|tu)(?![a-z0-9])"
_SPELT = r"gieng|chap|muoi(?: mot| hai)?|mot|hai|ba|tu|nam(?=\s+nam\b)|sau|bay|tam|chin"
_MENTION = re.compile(
    "|".join(
        [
            rf"(?P<code>(?<![\d/.-]){_Y}\s*[-_/.]?\s*(?:q(?P<cq>[1-4])|h(?P<ch>[12])|(?P<cn>9)m)(?![a-z0-9]))",
            rf"(?<![a-z])(?:quy|qui|q)[\s._-]*(?P<q>{_QUARTER})(?P<more>(?:\s*(?:,|va|-|&)\s*{_QUARTER}(?!\s*thang))*)"
            + _YEAR.format("qy"),
            r"(?<![\d.,])(?P<n>0?[2-9]|1[0-2]|\b(?:sau|chin)(?=\s+thang\s+(?:dau|cuoi)))\s*(?:thang|t(?![a-z0-9]))(?:\s*(?P<part>dau|cuoi))?"
            + r"(?:\s*(?:nam|cua nam))?"
            + _YEAR.format("ny"),
            r"(?<![a-z])(?:thang|thg|t)[\s._-]*(?P<m>0?[1-9]|1[0-2])(?![\d])(?!\s*-\s*\d{1,2}(?!\d))"
            + _YEAR.format("my"),
            rf"\bthang\s+(?P<w>{_SPELT})\b" + _YEAR.format("wy"),
            rf"(?<!\d)(?<!\d[/.,_-])(?P<s>0?[1-9]|1[0-2])\s*[/._-]\s*(?P<sy>{_Y})(?![/._-]\s*[a-z0-9])",
            rf"(?<!\d)(?<!\d[/.,_-])(?P<iy>{_Y})\s*[-_/.]\s*(?P<i>0[1-9]|1[0-2])(?!\d)(?!\s*[-_/.]\s*\d)",
            rf"\b(?:ca\s+)?nam\s*[:\s]\s*(?P<y>{_Y})(?!\s*[-–]\s*(?:19|20)?\d\d)",
        ]
    )
)
_RANGE = re.compile(
    r"tu\s+(?:ngay\s+)?(\d{1,2})\s*/\s*(\d{1,2})(?:\s*/\s*((?:19|20)\d\d))?\s*(?:den|toi|-)\s*(?:het\s+)?(?:ngay\s+)?"
    r"(\d{1,2})\s*/\s*(\d{1,2})\s*/\s*((?:19|20)\d\d)"
)
_NO_PERIOD = re.compile(
    r"(?:\bngay\s+)?\d{1,2}\s*(?:/|-|\.|thang)\s*\d{1,2}\s*(?:/|-|\.|nam)\s*(?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d[-_.](?:0[1-9]|1[0-2])[-_.](?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|\bngay\s+\d{1,2}(?:\s*(?:/|thang)\s*\d{1,2})?"
    r"|\b\d+/(?:19|20)\d\d/[a-z]+[a-z0-9-]*"
    r"|(?:giai doan|so voi|cung ky|gia so sanh|goc so sanh)[^,;()]{0,30}?(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?"
)
_FORM_NUMBER = re.compile(r"(?:bieu|mau|bm|phu luc)[\s._-]*(?:so[\s._-]*)?\d{1,2}(?=[\s._/-]|$)")


def find_mentions(text: str) -> tuple[Mention, ...]:
    """Every period that a title or cell names, left to right; dates, document numbers and comparisons are none.

    A mention without year has the year of the next one that has it (THÁNG 6 VÀ 6 THÁNG ĐẦU NĂM 2024), else of the
    one before.
    """
    return _find_mentions(text)


def find_periods(text: str, basis: Basis = "calendar") -> tuple[Period, ...]:
    """The periods that a text names with their year, each once, in the order of the text; the month that is named
    first comes
    first. "Từ ngày 15/12/2023 đến ngày 14/6/2024" states its own basis."""
    stated = _range(_bare(text))
    found = [stated] if stated else []
    found += [one for mention in find_mentions(text) if (one := mention.period(basis)) is not None]
    return tuple(dict.fromkeys(found))


def file_name_mentions(name: str) -> tuple[Mention, ...]:
    """The periods that a file name states: T6.2024, thang 6.2024, 2024_06, Q3.2025, quy III.2025, 6T dau nam 2025.

    Form numbers (Bieu 06, 01_SCT-CN), full dates and bare years state none.
    """
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name.rpartition("/")[2])
    bare = _FORM_NUMBER.sub(" ; ", _bare(stem))
    bare = re.sub(r"^\d{1,2}[\s._-]+(?=[a-z])", " ; ", bare)
    return tuple(mention for mention in _mentions_in(bare) if mention.year is not None or mention.frequency != "A")


@lru_cache(maxsize=20_000)
def _find_mentions(text: str) -> tuple[Mention, ...]:
    return _mentions_in(_bare(text))


def _mentions_in(bare: str) -> tuple[Mention, ...]:
    cleared = _NO_PERIOD.sub(lambda found: " ; ", bare)
    found = [mention for match in _MENTION.finditer(cleared) for mention in _mentions_of(match)]
    return tuple(_with_year(found, at) for at in range(len(found)))


def _with_year(found: list[Mention], at: int) -> Mention:
    if found[at].year is not None:
        return found[at]
    later = [mention.year for mention in found[at + 1 :] if mention.year is not None]
    earlier = [mention.year for mention in reversed(found[:at]) if mention.year is not None]
    return replace(found[at], year=next(iter(later + earlier), None))


def _mentions_of(match: re.Match[str]) -> list[Mention]:
    year_text = next((match[name] for name in ("qy", "ny", "my", "wy", "sy", "iy", "y") if match[name]), None)
    year = int(f"20{year_text}"[-4:]) if year_text else None
    if match["code"]:
        year = int(match["code"][:4])
        parts: tuple[tuple[Frequency, str | None], ...] = (("Q", match["cq"]), ("H", match["ch"]), ("N", match["cn"]))
        return [Mention(frequency, int(number), year) for frequency, number in parts if number]
    if match["q"]:
        numbers = [match["q"], *re.findall(_QUARTER, match["more"] or "")]
        return [Mention("Q", _ROMAN.get(number) or int(number), year) for number in numbers]
    if match["n"]:
        return _first_or_last(_WORDS.get(match["n"]) or int(match["n"]), match["part"], year)
    month = match["m"] or match["s"] or match["i"]
    if month:
        return [Mention("M", int(month), year)]
    return [Mention("M", _WORDS[match["w"]], year)] if match["w"] else [Mention("A", 0, year)]


def _first_or_last(count: int, part: str | None, year: int | None) -> list[Mention]:
    if part == "cuoi":
        return [Mention("H", 2, year)] if count == 6 else []
    if count == 6:
        return [Mention("H", 1, year)]
    return [Mention("A", 0, year)] if count == 12 else [Mention("N", count, year)]


def _range(bare: str) -> Period | None:
    found = _RANGE.search(bare)
    if found is None:
        return None
    day, month, year, last_day, last_month, last_year = (int(part) if part else 0 for part in found.groups())
    year = year or (int(last_year) - 1 if month > last_month else int(last_year))
    try:
        return between(date(year, month, day), date(last_year, last_month, last_day))
    except ValueError:
        return None


def _bare(text: str) -> str:
    """Lower case without accents on one line; punctuation stays."""
    letters = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text[:LONGEST]).lower().replace("đ", "d"))
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def day_after(one: Period) -> date:
    """The first day that is no longer in the period."""
    return one.end + timedelta(days=1)
