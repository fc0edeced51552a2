"""What a heading says: the codes of the form's columns whose wordings it matches, and the unit that it states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from xanh.catalog import Catalog
from xanh.catalog.forms import FormTable
from xanh.codes import units
from xanh.model import Period
from xanh.reading.phrases import Key, Phrases, bare, split_brackets, spoken

_TIMES = frozenset({"gio", "ngay", "ngay dem", "tuan", "thang", "quy", "nam"})


@dataclass(frozen=True, slots=True)
class Understood:
    """The meaning of one heading: codes, the unit that it states, and the code that it would have with another period."""

    codes: tuple[str, ...]
    unit: str | None
    near: str | None


class Wordings:
    """The keys of a table's columns."""

    def __init__(self, table: FormTable, phrases: Phrases) -> None:
        self.table = table
        self.phrases = phrases
        self.codes: dict[Key, set[str]] = {}
        for column in table.columns:
            for wording in column.headings:
                for key in phrases.wordings(wording):
                    self.codes.setdefault(key, set()).add(column.code)
        self._understood: dict[tuple[tuple[str, ...], Period | None], Understood] = {}
        self._known: dict[str, bool] = {}
        self.words = frozenset(word for key in self.codes for word in key)
        elsewhere = {code for each in table.observations if each.period != "form" for code in each.columns}
        self._of_period = {column.code for column in table.columns} - elsewhere
        self.timeless: dict[Key, set[str]] = {}
        for key, codes in self.codes.items():
            self.timeless.setdefault(_without_periods(key), set()).update(codes)
        self._spoken: dict[Key, set[str]] = {}
        for key, codes in self.codes.items():
            self._spoken.setdefault(spoken(key), set()).update(codes)

    def understand(self, catalog: Catalog, pieces: tuple[str, ...], period: Period | None) -> Understood:
        """What a heading of several pieces says: as it stands, and without its brackets. Remembered, as forms repeat."""
        said = self._understood.get((pieces, period))
        if said is None:
            text, unit = _without_units(catalog, self, pieces)
            readings = tuple(_readings(text))
            codes = next((codes for reading in readings if (codes := self.match(reading, period))), ())
            near = None if codes else next((code for reading in readings if (code := self.near(reading))), None)
            said = Understood(codes, unit, near)
            if len(self._understood) > 20_000:
                self._understood.clear()
            self._understood[(pieces, period)] = said
        return said

    def match(self, text: str, period: Period | None) -> tuple[str, ...]:
        """The codes that a heading's words mean."""
        key = self.phrases.key(text, period)
        found = self.codes.get(key)
        if found is None and period is not None and period.end.month == 12:
            found = self.codes.get(frozenset("@ytd" if word == "@year" else word for word in key))
        return tuple(sorted(found or self._of_own_period(key)))

    def _of_own_period(self, key: Key) -> set[str]:
        """The codes of a heading that says the file's own period where the form's wording says none: Giải ngân năm 2025."""
        if {word for word in key if word.startswith("@")} != {"@period"}:
            return set()
        return self.codes.get(key - {"@period"}, set()) & self._of_period

    def near(self, text: str) -> str | None:
        """The code that the heading would have with another period in it."""
        key = self.phrases.key(text, None)
        if "@?" not in key:
            return None
        found = self.timeless.get(_without_periods(key))
        return min(found, key=lambda code: (self.table.column(code).mandatory == "never", code)) if found else None

    def sayable(self, words: frozenset[str]) -> set[str]:
        """The codes that headings can have whose words are among these."""
        return {code for key, codes in self._spoken.items() if key <= words for code in codes}

    def knows(self, text: str) -> bool:
        """Whether all words of the text are words of the table's headings."""
        known = self._known.get(text)
        if known is None:
            plain = split_brackets(text)[0] or text
            known = all(word.startswith("@") or word in self.words for word in self.phrases.key(plain, None))
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[text] = known
        return known


def _without_periods(key: Key) -> Key:
    return frozenset(word for word in key if not word.startswith("@"))


def wordings_of(catalog: Catalog, table: FormTable) -> Wordings:
    """The keys of a table, made once a catalogue (whose tables live as long as it does)."""
    made = _made_wordings(catalog)
    if id(table) not in made:
        made[id(table)] = Wordings(table, phrases_of(catalog))
    return made[id(table)]


@lru_cache(maxsize=8)
def _made_wordings(catalog: Catalog) -> dict[int, Wordings]:
    return {}


@lru_cache(maxsize=8)
def phrases_of(catalog: Catalog) -> Phrases:
    """The shared words of a catalogue, made once."""
    return Phrases(catalog.forms.words)


def is_unit(catalog: Catalog, text: str) -> bool:
    """Whether the whole text names a unit or rate."""
    return units.resolve(catalog, text).unit is not None


def looks_like_unit(catalog: Catalog, text: str) -> bool:
    """Whether the text is no unit that is known, but written as one: a rate such as tấn/tháng, or a scale word alone.

    What it says must not be passed over: the values are in a unit that nobody here can convert.
    """
    parts = [part.strip() for part in text.split("/")]
    is_rate = 1 < len(parts) < 4 and any(is_unit(catalog, part) or bare(part) in _TIMES for part in parts)
    return not is_unit(catalog, text) and (is_rate or units.is_scale(catalog, text))


def _readings(text: str) -> Iterator[str]:
    """The heading as it stands, and without its brackets."""
    yield text
    plain, inner = split_brackets(text)
    if inner and plain:
        yield plain


def _without_units(catalog: Catalog, wordings: Wordings, pieces: tuple[str, ...]) -> tuple[str, str | None]:
    """The heading's words and the unit that it states: a piece of its own, in brackets, or after a comma."""
    unit: str | None = None
    kept: list[str] = []
    for piece in pieces:
        stripped = piece.strip().strip("()").strip()
        is_word = wordings.knows(stripped) and not piece.strip().startswith("(")
        if len(pieces) > 1 and kept and is_unit(catalog, stripped) and not is_word:
            unit = stripped
        else:
            kept.append(piece)
    text = " ".join(kept)
    for inner in split_brackets(text)[1]:
        stated = _after_colon(inner)
        if is_unit(catalog, stated) or (looks_like_unit(catalog, stated) and not wordings.knows(stated)):
            unit = stated
            text = text.replace(f"({inner})", " ")
    head, comma, tail = text.rpartition(",")
    if unit is None and comma and is_unit(catalog, tail.strip()) and not wordings.match(text, None):
        unit, text = tail.strip(), head
    return text, unit


def _after_colon(text: str) -> str:
    start, colon, rest = text.partition(":")
    return rest.strip() if colon and bare(start) in ("dvt", "don vi tinh", "don vi") else text.strip()
