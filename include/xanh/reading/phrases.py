"""Headings as sets of words: spelling, filler words and stated periods are taken out, so that wordings can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from xanh.catalog.form_catalog import HeadingWords
from xanh.language.text import INVISIBLE
from xanh.model import Period

Key = frozenset[str]

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_YEAR = r"(?:\s*(?:[/.,-]|(?:cua )?nam(?:\s+nam)?)?\s*((?:19|20)\d{2}))?(?!\d)"
_MENTION = re.compile(
    r"\bqu[yi]\s*(?P<q>iv|i{1,3}|[1-4])\b"
    + _YEAR
    + r"|(?<!\d)(?P<n>0?[1-9]|1[0-2])\s*thang(?:\s*(?P<half>dau|cuoi))?(?:\s*nam)?"
    + _YEAR
    + r"|(?:\bthang|\bt)\s*[.]?\s*(?P<m>0?[1-9]|1[0-2])(?!\d)"
    + _YEAR
    + r"|(?:\bnam\s*)?(?<![\d/])(?P<y>(?:19|20)\d{2})(?!\d)"
)
_MOST_BRACKETS = 50
"""No heading has more; each may be a unit, which takes a while to find out."""
_BRACKETS = re.compile(r"\(([^()]*)\)")
_OPTIONAL = re.compile(r"\[([^\]]*)\]")


@lru_cache(maxsize=1 << 15)
def bare(text: str) -> str:
    """Lower case without accents, single spaces; punctuation stays, what nobody sees does not."""
    text = text if text.isascii() else INVISIBLE.sub("", text)
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


@lru_cache(maxsize=1 << 12)
def bare_all(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Each text bare: for the lists of words of a form."""
    return tuple(bare(text) for text in texts)


@dataclass(frozen=True, slots=True)
class Mention:
    """A period that a heading states, perhaps without its year. `kind`: M month, Q quarter, N first n months,
    L last n months of the year, Y year."""

    kind: str
    number: int
    year: int | None


def mentions(text: str) -> list[tuple[int, int, Mention]]:
    """The periods in a bare text with their places, left to right."""
    return [(match.start(), match.end(), _mention(match)) for match in _MENTION.finditer(text)]


def _mention(match: re.Match[str]) -> Mention:
    years = [group for group in match.groups() if group and re.fullmatch(r"(?:19|20)\d{2}", group)]
    year = int(years[0]) if years else None
    if match["q"]:
        return Mention("Q", _ROMAN.get(match["q"]) or int(match["q"]), year)
    if match["n"]:
        return Mention("L" if match["half"] == "cuoi" else "N", int(match["n"]), year)
    if match["m"]:
        return Mention("M", int(match["m"]), year)
    return Mention("Y", 0, year)


def relation(mention: Mention, period: Period) -> str:
    """How the mentioned period relates to the file's, as a word of a key: @period, @previous, @ytd ... or @?<what it is>."""
    for word, kind, number, offset in _names(period):
        if mention.kind == kind and mention.number == number and mention.year in (None, period.end.year + offset):
            return word
    return f"@?{mention.kind}{mention.number}/{mention.year}"


@lru_cache(maxsize=256)
def _names(period: Period) -> tuple[tuple[str, str, int, int], ...]:
    """Word, kind, number, years away from the period's, in the order in which an unstated year is understood."""
    return (*_own_names(period), *_cumulative_names(period))


def _own_names(period: Period) -> list[tuple[str, str, int, int]]:
    end = period.end.month
    if period.frequency == "M":
        before = ("@previous", "M", (end - 2) % 12 + 1, -1 if end == 1 else 0)
        older = ("@previous_last_year", "M", before[2], before[3] - 1)
        return [("@period", "M", end, 0), before, ("@last_year", "M", end, -1), older]
    if period.frequency == "Q":
        quarter = end // 3
        before = ("@previous", "Q", (quarter - 2) % 4 + 1, -1 if quarter == 1 else 0)
        return [("@period", "Q", quarter, 0), before, ("@last_year", "Q", quarter, -1)]
    if period.frequency == "H" and end == 12:
        return [("@period", "L", 6, 0), ("@last_year", "L", 6, -1)]
    if period.frequency == "H":
        return [("@period", "N", 6, 0), ("@last_year", "N", 6, -1)]
    return [("@period", "Y", 0, 0), ("@previous", "Y", 0, -1)] if period.frequency == "A" else []


def _cumulative_names(period: Period) -> list[tuple[str, str, int, int]]:
    """The first quarter is the year to date of March, and of no other month."""
    end = period.end.month
    names = [("@ytd", "N", end, 0), ("@last_year_ytd", "N", end, -1)]
    if period.frequency == "M" and end == 3:
        names += [("@ytd", "Q", 1, 0), ("@last_year_ytd", "Q", 1, -1)]
    if end > 1:
        names.append(("@previous_ytd", "N", end - (3 if period.frequency == "Q" else 1), 0))
    older = [(f"@{count}_years_ago", "Y", 0, -count) for count in range(2, 6)]
    return [*names, ("@year", "Y", 0, 0), ("@last_calendar_year", "Y", 0, -1), *older]


class Phrases:
    """Turns headings and wordings into keys with one set of shared words."""

    def __init__(self, words: HeadingWords) -> None:
        pairs = {
            bare(other): canon
            for canon, others in words.synonyms.items()
            for other in (*others, canon.replace("_", " "))
        }
        longest = sorted(pairs, key=len, reverse=True)
        self._synonyms = pairs
        self._pattern = re.compile(r"(?<![a-z0-9])(?:" + "|".join(map(re.escape, longest)) + r")(?![a-z0-9])")
        self._fillers = frozenset(bare(word) for word in words.fillers)
        self._spelled = tuple((_raw_words(other), _raw_words(canon)) for other, canon in pairs.items())

    @lru_cache(maxsize=20_000)  # noqa: B019 - one instance a catalogue, which lives as long as the process
    def key(self, text: str, period: Period | None) -> Key:
        """The words that count; empty for a text without any. Periods become their relation to the file's period."""
        plain = bare(text)
        pieces: list[str] = []
        at = 0
        for start, end, mention in mentions(plain):
            word = relation(mention, period) if period else "@?"
            pieces += [plain[at:start], f" {word} "]
            at = end
        plain = "".join([*pieces, plain[at:]])
        return self._words(plain)

    def _words(self, plain: str) -> Key:
        joined = self._pattern.sub(lambda match: f" {self._synonyms[match[0]]} ", plain)
        words = re.findall(r"@[\w?/]+|[a-z0-9_%]+", joined)
        return frozenset(words) - self._fillers or frozenset(words)

    def possible_words(self, texts: Iterable[str]) -> frozenset[str]:
        """Every word that a key of any of the texts, or of several read as one, may hold; periods and numbers aside."""
        raw = frozenset(word for text in texts for word in _raw_words(text))
        return raw.union(*(canon for other, canon in self._spelled if other <= raw))

    def wordings(self, wording: str) -> frozenset[Key]:
        """All keys of a wording of a form, with and without its optional words."""
        parts = _OPTIONAL.split(bare(wording.replace("{", "@").replace("}", " ")))
        choices = [(part,) if index % 2 == 0 else (part, "") for index, part in enumerate(parts)]
        return frozenset(self._words(" ".join(choice)) for choice in product(*choices))


@lru_cache(maxsize=1 << 14)
def _raw_words(text: str) -> frozenset[str]:
    """The words of a text as they stand, and the letters of those that have digits in them: a period may be cut off."""
    plain = bare(text)
    return frozenset(re.findall(r"[a-z0-9_%]+", plain) + re.findall(r"[a-z_%]+", plain))


def spoken(key: Key) -> Key:
    """The words of a key that are neither periods nor numbers."""
    return frozenset(word for word in key if not word.startswith("@") and not word.isdigit())


@lru_cache(maxsize=1 << 14)
def split_brackets(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without its brackets, and what stood in the first of them."""
    inside = islice(_BRACKETS.finditer(text), _MOST_BRACKETS)
    return " ".join(_BRACKETS.sub(" ", text).split()), tuple(found[1].strip() for found in inside)
