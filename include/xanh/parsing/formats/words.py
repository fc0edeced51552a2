"""Texts of cells as Unicode: decodes by font where the container gives one, remembers what stood there, notes lost
glyphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from xanh.language.text import Encoding, decode
from xanh.limits import spoken_count
from xanh.parsing.formats.grid import Budget
from xanh.parsing.unreadable import Unreadable

Run = tuple[str, str | None]
"""A piece of text and its font."""


class Words:
    """Decodes each distinct text once for a workbook. `hint` is the encoding of a whole file that has no fonts."""

    def __init__(self, budget: Budget, hint: Encoding | None = None) -> None:
        self._budget = budget
        self._hint = hint
        self._known: dict[Run, tuple[str, str | None, bool]] = {}

    def read(self, text: str, font: str | None = None) -> tuple[str, str | None, bool]:
        """The decoded text, what stood there when that is another text, and whether glyphs are lost."""
        known = self._known.get((text, font))
        if known is None:
            self._budget.count_text(text)
            if len(text) > self._budget.limits.text_length:
                limit = spoken_count(self._budget.limits.text_length)
                raise Unreadable("U17", {"count": spoken_count(len(text)), "limit": limit})
            known = self._known[text, font] = _decoded(text, font, self._hint)
        return known

    def read_runs(self, runs: Sequence[Run], cell_font: str | None) -> tuple[str, str | None, bool]:
        """As `read` for text in several fonts. Runs of one font are decoded together: a letter may straddle them."""
        joined: list[Run] = []
        for text, font in runs:
            font = font or cell_font
            if joined and joined[-1][1] == font:
                joined[-1] = (joined[-1][0] + text, font)
            else:
                joined.append((text, font))
        if len(joined) == 1:
            return self.read(*joined[0])
        parts = [self.read(text, font) for text, font in joined]
        text, whole = "".join(part[0] for part in parts), "".join(text for text, _ in joined)
        return text, whole if whole != text else None, any(part[2] for part in parts)


def common_encoding(texts: Iterable[str]) -> Encoding | None:
    """The one legacy encoding of texts without fonts; None when there is none, several, or real Unicode beside it."""
    votes: Counter[Encoding] = Counter()
    for text in texts:
        if any("\u0102" <= char <= "\u01b0" or "\u1ea0" <= char <= "\u1ef9" for char in text):
            return None
        votes[decode(text).encoding] += 1
    legacy = [encoding for encoding in votes if encoding in ("tcvn3", "vni", "cp1258")]
    return legacy[0] if len(legacy) == 1 else None


def _decoded(text: str, font: str | None, hint: Encoding | None) -> tuple[str, str | None, bool]:
    found = decode(text, font, hint)
    return found.text, text if found.text != text else None, found.is_lossy
