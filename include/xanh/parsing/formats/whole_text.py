"""The encoding of a text file: it has one, so the evidence of all its words decides, where that of a cell may not."""

from __future__ import annotations

import re
from collections.abc import Callable

from xanh.language.legacy_text import from_cp1258, from_misread_utf8, from_tcvn3, from_vni
from xanh.language.syllables import is_syllable

_WORD = re.compile("[A-Za-z\u0080-\uffff]+")
_REAL = re.compile("[\u0102-\u01b0\u1ea0-\u1ef9]")
_SHARE, _LEAD = 0.7, 1.15
_READINGS: tuple[Callable[[str], str], ...] = (from_cp1258, from_tcvn3, from_vni)


def in_unicode(text: str) -> str:
    """The text in Unicode when all its words agree on one legacy encoding; otherwise as it is, for each cell to be looked at.

    Text with real Vietnamese letters is Unicode already. A reading wins when most of the words with signs become
    syllables by it, clearly more than by any other.
    """
    text = from_misread_utf8(text) or text
    words = {word for word in _WORD.findall(text[:500_000]) if not word.isascii()}
    if not words or _REAL.search(text):
        return text
    counted = sorted(((_syllables(words, reading), number) for number, reading in enumerate(_READINGS)), reverse=True)
    (best, number), (second, _), *_ = counted
    as_it_is = _syllables(words, str)
    if best >= _SHARE * len(words) and best > _LEAD * max(second, as_it_is):
        return _WORD.sub(lambda found: _READINGS[number](found[0]), text)
    return text


def _syllables(words: set[str], reading: Callable[[str], str]) -> int:
    return sum(1 for word in words if is_syllable(reading(word)))
