"""The letters of the legacy Vietnamese encodings: TCVN3 (ABC), VNI-Windows, VIQR, Windows-1258, and misread UTF-8."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from xanh.language.syllables import is_syllable

# TCVN 5712:1993 VN3 as the ABC fonts draw it: the character whose code is the byte, in the order of the code.
_TCVN3_CODES = "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
TCVN3 = dict(zip(_TCVN3_CODES, _TCVN3_LETTERS, strict=True))
_TCVN3_TABLE = str.maketrans(TCVN3)

_SIX_TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_VNI_MARKS = dict(zip("ùøûõï", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
_VNI_MARKS |= dict(zip("âáàåãä", ("\u0302" + tone for tone in _SIX_TONES), strict=True))
_VNI_MARKS |= dict(zip("êéèúüë", ("\u0306" + tone for tone in _SIX_TONES), strict=True))
_VNI_MARKS |= {mark.upper(): letters for mark, letters in _VNI_MARKS.items()}
_VNI_BASES = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_BASES |= {code.upper(): letter.upper() for code, letter in _VNI_BASES.items()}
_VNI_TAKES_MARK = frozenset("aeiouyôöAEIOUYÔÖ")

_VIQR_MARKS = dict(
    zip("(^+'`?~.", ("\u0306", "\u0302", "\u031b", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True)
)
VIQR_WORD = re.compile(r"(?<![A-Za-z])[A-Za-z]*(?:[dD]{2}|[aeiouyAEIOUY][(^+'`?~.]+)[A-Za-z(^+'`?~.]*")
_VIQR_STRONG = re.compile(r"[(^+`~]|[dD]{2}")

_CP1258_AS_1252 = {"Ì": "\u0300", "Ò": "\u0309", "Þ": "\u0303", "ì": "\u0301", "ò": "\u0323", "ð": "đ", "Ð": "Đ"}
_CP1258_AS_1252 |= {"ã": "ă", "Ã": "Ă", "õ": "ơ", "Õ": "Ơ", "ý": "ư", "Ý": "Ư", "þ": "₫"}
_CP1258_TABLE = str.maketrans(_CP1258_AS_1252)


def from_tcvn3(word: str) -> str:
    """The word when each character is the code of a TCVN3 byte."""
    return word.translate(_TCVN3_TABLE)


def from_vni(word: str) -> str:
    """The word when marks follow their letters as in the VNI fonts."""
    letters: list[str] = []
    for index, code in enumerate(word):
        before = word[index - 1] if index else ""
        if code in _VNI_MARKS and before in _VNI_TAKES_MARK:
            letters.append(_VNI_MARKS[code])
        else:
            letters.append(_VNI_BASES.get(code, code))
    return unicodedata.normalize("NFC", "".join(letters))


def from_cp1258(word: str) -> str:
    """The word when Windows-1258 was read as Windows-1252."""
    return unicodedata.normalize("NFC", word.translate(_CP1258_TABLE))


def from_viqr(word: str) -> str:
    """The word when ASCII signs stand for the marks; unchanged when that makes no syllable."""
    text = re.sub("dd", "đ", re.sub("D[dD]", "Đ", word))
    for length in range(len(text), 0, -1):
        tail = text[length:]
        if tail and re.search(r"[A-Za-z]", tail):
            break
        syllable = unicodedata.normalize("NFC", "".join(_VIQR_MARKS.get(sign, sign) for sign in text[:length]))
        if syllable.isalpha() and is_syllable(syllable):
            return syllable + tail
    return word


def is_strong_viqr(word: str) -> bool:
    """Whether the word has signs that ordinary punctuation does not put there, and makes a syllable."""
    return bool(_VIQR_STRONG.search(word)) and from_viqr(word) != word


@lru_cache(maxsize=3)
def _bytes_of(codepage: str) -> dict[str, int]:
    """Which byte each character came from; undefined bytes were kept as C1 controls."""
    table = {chr(code): code for code in range(256)}
    for code in range(128, 256):
        try:
            table[bytes([code]).decode(codepage)] = code
        except UnicodeDecodeError:
            continue
    return table


_LOST_HARD_SPACE = re.compile(r"(?<=[a-zà-ỹđ])Ã ")
"""A capital inside a word: what is left of à when somebody turned the no-break space, its second byte, into a space."""
_MISREAD = re.compile(r"[ÃÂÄÅÆáâăĂ][^\x00-\x7f]")


def from_misread_utf8(text: str) -> str | None:
    """The text whose UTF-8 bytes were taken for a Windows code page, also when that happened twice; None when they
    were not."""
    current, found = text, None
    for _ in range(3):
        if not _MISREAD.search(_with_hard_spaces(current)):
            break
        better = _reread(current, "cp1252") or _reread(current, "cp1258")
        if better is None or better == current:
            break
        current = found = better
    return found


def _with_hard_spaces(text: str) -> str:
    return _LOST_HARD_SPACE.sub("Ã\u00a0", text)


def _reread(text: str, codepage: str) -> str | None:
    """Reads again every run of characters that came from single bytes, other characters stand as they are."""
    table = _bytes_of(codepage)
    for candidate in (text, _with_hard_spaces(text)):
        try:
            parts = re.split(r"([^\x00-\x7f]+)", candidate)
            return "".join(
                bytes(table[letter] for letter in part).decode("utf-8") if index % 2 else part
                for index, part in enumerate(parts)
            )
        except (KeyError, UnicodeDecodeError):
            continue
    return None
