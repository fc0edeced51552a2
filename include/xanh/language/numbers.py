"""Numbers typed as text: the decimal and thousands signs of a column, decided with evidence, and exact values.

A sign is never decided by one cell. `12.345` alone says nothing: it is twelve thousand in a Vietnamese column and
twelve in an English one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Kind = Literal["number", "missing", "not_number", "ambiguous"]
"""`missing`: blank or an ellipsis, arose but not known. A lone dash is the number 0: nothing arose."""

LONGEST = 40
"""Characters; a longer row of digits is no quantity."""
_DASHES = frozenset("-–—−‒")
_MISSING = frozenset({"", "…", "...", "....", "..", "....."})
_SIGN = r"(?P<sign>[-+−–]\s?)?"
_BODY = r"(?P<body>\d[\d.,'’\s]*\d|\d)"
_NUMBER = re.compile(rf"{_SIGN}{_BODY}\s?(?P<percent>%)?", re.ASCII)
_WITH_UNIT = re.compile(rf"{_SIGN}{_BODY}\s*(?P<unit>[^\W\d_].*)", re.ASCII)
_FOOTNOTE = re.compile(r"\s*(?:\(\*+\)|\*+|\s\(\d\)|\s\d/|\(\d/\)|⁽[¹²³⁴⁵⁶⁷⁸⁹]⁾|[¹²³⁴⁵⁶⁷⁸⁹])$")
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
_WIDE = str.maketrans("０１２３４５６７８９．，－％", "0123456789.,-%")


@dataclass(frozen=True, slots=True)
class Locale:
    """How a column writes numbers, and what shows it."""

    decimal: Literal[",", "."]
    evidence: str = ""

    @property
    def grouping(self) -> str:
        """The sign between thousands; spaces and apostrophes may always stand there."""
        return "." if self.decimal == "," else ","


@dataclass(frozen=True, slots=True)
class Undecidable:
    """The texts that can be read in two ways, by their position in the column, and why nothing decides. Of texts that contradict
    each other those that are fewer: they are to be mended."""

    positions: tuple[int, ...]
    why: Literal["ambiguous", "contradiction"]


@dataclass(frozen=True, slots=True)
class Number:
    """What one text says. `value` only for kind `number`; `85%` is 85 with is_percent."""

    kind: Kind
    value: Decimal | None = None
    is_percent: bool = False
    footnote: str | None = None
    """A mark such as (*) that stood behind the number."""


def decide_locale(texts: Sequence[str], hints: Sequence[Locale] = ()) -> Locale | Undecidable:
    """The signs of a column from all its texts together; what is no number counts for nothing.

    `hints` are the decided columns of the same file (or what the form's CSV format prescribes): they are heard when the
    column has only texts that can be read in two ways, and only when they agree. A column that says the opposite of all
    others, and has texts with two readings, is not decided: one 7.5 must not turn twelve thousand into twelve. Nor do
    other columns make 14.097 fourteen and a bit: exactly three decimals in every cell look too much like thousands.
    """
    signs = [_decimal_sign(text) for text in texts]
    for_sign = {sign: [at for at, found in enumerate(signs) if found == sign] for sign in (",", ".", "?")}
    if for_sign[","] and for_sign["."]:
        fewer = min(for_sign[","], for_sign["."], key=len)
        is_even = len(for_sign[","]) == len(for_sign["."])
        return Undecidable(tuple(sorted(for_sign[","] + for_sign["."]) if is_even else fewer), "contradiction")
    hinted = {hint.decimal for hint in hints}
    for sign in (",", "."):
        if for_sign[sign] and for_sign["?"] and hinted and sign not in hinted:
            return Undecidable(tuple(for_sign["?"]), "contradiction")
        if sign == "." and _look_like_thousands(
            [texts[at] for at in for_sign["."]], sum("." in texts[at] for at in for_sign["?"])
        ):
            return Undecidable(tuple(for_sign["?"]), "contradiction")
        if for_sign[sign]:
            return Locale("," if sign == "," else ".", texts[for_sign[sign][0]].strip())
    if for_sign["?"]:
        is_prescribed = any(not hint.evidence for hint in hints)
        if len(hinted) != 1 or (not is_prescribed and any(next(iter(hinted)) in texts[at] for at in for_sign["?"])):
            return Undecidable(tuple(for_sign["?"]), "ambiguous")
        return Locale(hinted.pop(), hints[0].evidence)
    return hints[0] if len(hinted) == 1 else Locale(",")


def _look_like_thousands(points: Sequence[str], doubtful: int) -> bool:
    """Whether a few numbers with a point and one or two decimals stand beside many such as 83.694: these are Vietnamese thousands
    beside a slip at least as likely as a column that has exactly three decimals nearly everywhere."""
    shortest = all(len(_without_footnote(text)[0].rstrip(" %").rpartition(".")[2]) < 3 for text in points)
    return bool(points) and shortest and doubtful > 2 * len(points)


def parse_number(text: str, locale: Locale | None) -> Number:
    """The exact value of a text in the column's locale. Without a locale, a text with two readings is `ambiguous`.

    Exponents, infinities, words ("khoảng 30"), digits of other scripts (save full-width ones) and badly grouped digits are `not_number`.
    """
    stripped, footnote = _without_footnote(text)
    if stripped in _MISSING:
        return Number("missing", footnote=footnote)
    if stripped in _DASHES:
        return Number("number", Decimal(0), footnote=footnote)
    found = _NUMBER.fullmatch(stripped) if len(stripped) <= LONGEST else None
    if found is None:
        return Number("not_number")
    readings = _readings(found["body"])
    if locale is not None:
        readings = {sign: value for sign, value in readings.items() if sign == locale.decimal}
    if not readings:
        return Number("not_number")
    if len(set(readings.values())) > 1:
        return Number("ambiguous")
    value = next(iter(readings.values()))
    is_negative = (found["sign"] or "").strip() in _DASHES
    return Number("number", -value if is_negative and value else value, found["percent"] is not None, footnote)


def split_unit(text: str) -> tuple[str, str] | None:
    """The number and the unit of a text such as `12 kg`; None when it is not a number with words behind it."""
    stripped = _SPACES.sub(" ", text.translate(_WIDE)).strip()
    found = _WITH_UNIT.fullmatch(stripped) if len(stripped) <= 2 * LONGEST else None
    if found is None:
        return None
    return f"{(found['sign'] or '').strip()}{found['body']}", found["unit"].strip()


def decide_percent(values: Sequence[Decimal]) -> int | None:
    """By how much the plain numbers of a percentage column are multiplied to be per cent: 1 or 100.

    100 when none is above 1 and some lie strictly between 0 and 1 (0.85); 1 when some is above 1 (85).
    None when only 0 and 1 occur, or fractions stand beside whole percentages above 2: 0.85 and 85 in one column.
    """
    fractions = [value for value in values if 0 < abs(value) < 1]
    whole = [value for value in values if abs(value) > 1]
    if whole:
        return 1
    if fractions:
        return 100
    return 1 if all(value == 0 for value in values) else None


def _without_footnote(text: str) -> tuple[str, str | None]:
    stripped = _SPACES.sub(" ", text.translate(_WIDE)).strip()
    found = _FOOTNOTE.search(stripped) if len(stripped) <= 2 * LONGEST else None
    if found is None or not found.start():
        return stripped, None
    return stripped[: found.start()].rstrip(), found[0].strip()


@lru_cache(maxsize=50_000)
def _decimal_sign(text: str) -> str | None:
    """What one text says about the decimal sign: `,`, `.`, `?` when it has two readings, None when it says nothing."""
    stripped, _ = _without_footnote(text)
    found = _NUMBER.fullmatch(stripped) if len(stripped) <= LONGEST else None
    if found is None:
        return None
    readings = _readings(found["body"])
    if len(readings) == 2:
        return "?" if len(set(readings.values())) == 2 else None
    return next(iter(readings), None)


@lru_cache(maxsize=50_000)
def _readings(body: str) -> dict[str, Decimal]:
    """The value under each decimal sign that the digits allow."""
    found: dict[str, Decimal] = {}
    for decimal, grouping in ((",", "."), (".", ",")):
        whole, sign, fraction = body.partition(decimal)
        if decimal in fraction or (sign and not fraction.isdigit()):
            continue
        digits = _ungrouped(whole, grouping)
        if digits is not None and (fraction or not sign):
            found[decimal] = Decimal(f"{digits}.{fraction}" if fraction else digits)
    return found


def _ungrouped(whole: str, grouping: str) -> str | None:
    """The digits without their thousands signs; None when these do not stand after every three digits."""
    signs = set(re.findall(r"\D", whole))
    if not signs:
        return whole
    if len(signs) > 1 or not signs <= {grouping, " ", "'", "’"}:
        return None
    groups = whole.split(signs.pop())
    is_grouped = 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    has_leading_zero = groups[0].startswith("0")
    return "".join(groups) if is_grouped and not has_leading_zero else None
