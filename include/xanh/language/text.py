"""Text as departments type it: decoding of legacy fonts and code pages, cleaning, and the key by which labels are
compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from xanh.language import legacy_text
from xanh.language.syllables import is_syllable, is_tone_placed, with_tone_placed, without_tone

Encoding = Literal["unicode", "nfd", "tcvn3", "vni", "viqr", "cp1258", "utf8_misread", "mixed"]

_SIGNS = "".join(code for code in legacy_text.TCVN3 if not code.isalpha())
_WORD = re.compile(rf"(?:[^\W\d_]|[{re.escape(_SIGNS)}])+")
_ONLY_UNICODE = re.compile("[\u0100-\u024f\u0300-\u036f\u1e00-\u1eff]")
_NOT_EVIDENCE = frozenset({"µm", "n·m", "kn·m"})
_LOST = re.compile(r"[\ufffd\ue000-\uf8ff]|[^\W\d_]\?[^\W\d_]")
_WRONG_D = re.compile(r"(?<![^\W\d_])[ñÑ][^\W\d_]+")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_NUMBER_IN_FRONT = re.compile(r"^\d{1,3}(?:\.\d{1,2})*\s?[.)/]\s+|^\d{1,3}(?:\.\d{1,2})+\s+|^[-+*•]\s*")
_FOOTNOTE_BEHIND = re.compile(r"\s*\((?:\d{1,2}|\*+)\)$|\s+\d[)/]$|\*+$|[¹²³⁴]+$")
_ETH = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})
_SHORT_FORM_LIST = (
    "kg km kl kw kwh mwh gwh ml mm cm dm hl tr trđ tp tx tt st ct ht bq ng nt vnđ vnd đ tđ mk hh gđ pgđ ktt nv "
    "sct tnmt cn ctr ctrcn ctnh tm nl bql ubnd vlxd xlnt bvmt dn htx kcn ccn kkt"
)
_SHORT_FORMS = frozenset(_SHORT_FORM_LIST.split())
"""Words without vowels that are no damage."""
_DECODERS: dict[Encoding, Callable[[str], str]] = {
    "tcvn3": legacy_text.from_tcvn3,
    "vni": legacy_text.from_vni,
    "cp1258": legacy_text.from_cp1258,
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text in Unicode NFC, how it had been encoded, and whether letters are lost for good."""

    text: str
    encoding: Encoding
    is_lossy: bool = False


@lru_cache(maxsize=100_000)
def decode(text: str, font: str | None = None, hint: Encoding | None = None) -> Decoded:
    """The text of one cell or run as Unicode. Spaces and line breaks stay as they are.

    `font` is the cell's font name where the format gives it; `hint` the encoding of the neighbours, which only decides
    between readings that are both possible. Without either, a text is changed only when that turns impossible
    Vietnamese
    into possible syllables, word by word, so that correct Unicode, ASCII, foreign words and signs stay what they are.
    """
    composed = unicodedata.normalize("NFC", text)
    plain: Encoding = "unicode" if composed == text else "nfd"
    if composed.isascii():
        read, encoding = _viqr(composed, plain)
    elif (reread := legacy_text.from_misread_utf8(text)) is not None:
        read, encoding = unicodedata.normalize("NFC", reread), "utf8_misread"
    else:
        read, encoding = _words(composed, _font_encoding(font), hint, plain)
    if encoding == "tcvn3" and _is_capitals_font(font):
        read = read.upper()
    read = read.translate(_ETH)
    return Decoded(read, encoding, _is_lossy(INVISIBLE.sub("", read)))


def clean(text: str) -> str:
    """The decoded text on one line: no invisible characters, no-break spaces and line breaks as single spaces."""
    return " ".join(INVISIBLE.sub("", text).split())


def bare_label(text: str) -> str:
    """The label without a number in front (1. Xã Hòa An) and a footnote mark behind it: Phôi thép (1), Gang 2/."""
    return _FOOTNOTE_BEHIND.sub("", _NUMBER_IN_FRONT.sub("", clean(text)))


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """The key by which two labels are the same: case, spaces, punctuation, composition and tone placement do not count.

    Letters keep their marks (Bảo Lâm is not Bảo Lạc). Digits, letters and % remain; everything else is a space.
    i and y are one letter at the end of words such as kỹ, lý, mỹ, quý, sỹ, tỷ.
    """
    composed = unicodedata.normalize("NFKC", clean(text)).translate(_ETH).lower()
    words = re.findall(r"[^\W_]+|%", composed)
    return " ".join(_folded(word) for word in words)


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """`fold` without any marks: for names of files and sheets that are written without accents."""
    letters = unicodedata.normalize("NFD", fold(text).replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _folded(word: str) -> str:
    placed = with_tone_placed(word)
    base, tones = without_tone(placed)
    if re.fullmatch(r"(?:[hklmst]|qu)[iy]", base):
        return unicodedata.normalize("NFC", base[:-1] + "y" + tones)
    return placed


def _font_encoding(font: str | None) -> Encoding | None:
    name = (font or "").lower().lstrip("@ ")
    if name.startswith("vni"):
        return "vni"
    return "tcvn3" if name.startswith((".vn", "vntime", "vnarial")) else None


def _is_capitals_font(font: str | None) -> bool:
    return font is not None and _font_encoding(font) == "tcvn3" and font.rstrip().endswith("H")


def _viqr(text: str, plain_encoding: Encoding) -> tuple[str, Encoding]:
    words = legacy_text.VIQR_WORD.findall(text)
    strong = [word for word in words if legacy_text.is_strong_viqr(word)]
    if not strong or (len(strong) == 1 and len(text.split()) > 3):
        return text, plain_encoding
    return legacy_text.VIQR_WORD.sub(lambda found: legacy_text.from_viqr(found[0]), text), "viqr"


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    as_read: bool
    """It is a syllable as it stands."""
    decoded: str
    as_decoded: bool
    """It is a syllable once decoded."""
    is_evidence: bool
    is_placed: bool = False
    """Its tone mark stands where it should once decoded; typists err, so this only decides between encodings."""


def _words(text: str, font: Encoding | None, hint: Encoding | None, plain_encoding: Encoding) -> tuple[str, Encoding]:
    encoding, words = _best(text, font, hint)
    if encoding is None:
        return text, plain_encoding
    choices = _choices(words, is_default=font is not None or hint == encoding)
    keeps = any(word.as_read and not word.as_decoded and _ONLY_UNICODE.search(word.text) for word in words)
    pieces, at = [], 0
    for word, is_decoded in zip(words, choices, strict=True):
        pieces += [text[at : word.start], word.decoded if is_decoded else word.text]
        at = word.end
    read = "".join([*pieces, text[at:]])
    if encoding == "tcvn3":
        read = _with_capitals(read)
    return read, "mixed" if keeps and read != text else encoding


def _best(text: str, font: Encoding | None, hint: Encoding | None) -> tuple[Encoding | None, list[_Word]]:
    if font is not None:
        return font, _read_words(text, _DECODERS[font])
    best: Encoding | None = None
    best_words: list[_Word] = []
    best_score = (0, 0)
    for encoding, decoder in _DECODERS.items():
        words = _read_words(text, decoder)
        gained = sum(word.is_evidence for word in words)
        lost = sum(word.as_read and not word.as_decoded and word.decoded != word.text for word in words)
        score = (gained - lost, sum(word.is_evidence and word.is_placed for word in words))
        if encoding == hint and gained == lost == 0 and any(word.as_decoded for word in words):
            score = (1, 0)
        if score > best_score:
            best, best_words, best_score = encoding, words, score
    return best, best_words


def _read_words(text: str, decoder: Callable[[str], str]) -> list[_Word]:
    words = []
    for found in _WORD.finditer(text):
        word = found[0]
        if word.isascii():
            words.append(_Word(*found.span(), word, False, word, False, False))
            continue
        has_only_unicode = bool(_ONLY_UNICODE.search(word))
        decoded = word if has_only_unicode else decoder(word)
        as_decoded = decoded != word and _is_legacy_syllable(decoded)
        as_read = is_syllable(word.translate(_ETH))
        touches_digit = (
            text[found.start() - 1 : found.start()].isdigit() or text[found.end() : found.end() + 1].isdigit()
        )
        is_evidence = (
            as_decoded and not as_read and len(word) > 1 and not touches_digit and word.lower() not in _NOT_EVIDENCE
        )
        is_placed = is_evidence and is_tone_placed(decoded)
        words.append(_Word(*found.span(), word, as_read, decoded, as_decoded, is_evidence, is_placed))
    return words


def _is_legacy_syllable(word: str) -> bool:
    """A syllable, also when a capitals font left toned letters small among capitals: GIá."""
    if is_syllable(word):
        return True
    capitals = [letter for letter in word if letter.isascii() and letter.isalpha()]
    return bool(capitals) and all(letter.isupper() for letter in capitals) and is_syllable(word.upper())


def _choices(words: list[_Word], *, is_default: bool) -> list[bool]:
    """Whether each word is decoded: what only one reading allows, the rest as the nearest word that is clear."""
    clear: list[bool | None] = []
    for word in words:
        if word.text == word.decoded:
            clear.append(False if _ONLY_UNICODE.search(word.text) and word.as_read else None)
        elif word.as_decoded != word.as_read:
            clear.append(word.as_decoded)
        else:
            clear.append(None)
    before, after = _last_clear(clear), _last_clear(clear[::-1])[::-1]
    return [
        _nearest(left, right, is_default=is_default) if choice is None else choice
        for choice, left, right in zip(clear, before, after, strict=True)
    ]


def _last_clear(clear: list[bool | None]) -> list[tuple[int, bool] | None]:
    """For each place the distance and choice of the last clear word before it."""
    found: list[tuple[int, bool] | None] = []
    last: tuple[int, bool] | None = None
    for choice in clear:
        last = (last[0] + 1, last[1]) if last else None
        found.append(last)
        last = (0, choice) if choice is not None else last
    return found


def _nearest(left: tuple[int, bool] | None, right: tuple[int, bool] | None, *, is_default: bool) -> bool:
    """The choice of the nearest clear word; between one of each kind, legacy: there the other words are what was pasted in."""
    if left is None or right is None:
        return (left or right or (0, is_default))[1]
    return left[1] or right[1] if left[0] == right[0] else min(left, right)[1]


def _with_capitals(text: str) -> str:
    """Toned letters have no capitals in TCVN3: a word, or a whole text, in capitals otherwise is meant in capitals."""
    letters = [letter for letter in text if letter.isascii() and letter.isalpha()]
    if len(letters) > 1 and all(letter.isupper() for letter in letters) and sum(map(str.isalpha, text)) > 3:
        return text.upper()
    return re.sub(r"[^\W\d_]{2,}", lambda word: _capital_word(word[0]), text)


def _capital_word(word: str) -> str:
    """In capitals where all its plain letters are, and not only the first: NHà is NHÀ, âM is ÂM, and Bé stays."""
    letters = [letter for letter in word if letter.isascii()]
    is_first_only = len(letters) == 1 and word[0].isascii()
    is_meant = bool(letters) and not is_first_only and all(letter.isupper() for letter in letters)
    return word.upper() if is_meant else word


def _is_lossy(text: str) -> bool:
    """Whether glyphs are gone: replacement characters, question marks inside words, ñ where đ was, or several words
    without vowels."""
    if _LOST.search(text) or any(is_syllable("đ" + word[1:].lower()) for word in _WRONG_D.findall(text)):
        return True
    words = [word for word in re.findall(r"[^\W\d_]{2,}", text) if not word.isupper()]
    if len(words) < 3 or not any(not word.isascii() and is_syllable(word) for word in words):
        return False
    broken = [word for word in words if _is_broken(word)]
    return len(broken) >= 2 and len(broken) * 4 >= len(words)


def _is_broken(word: str) -> bool:
    if word.lower() in _SHORT_FORMS or any(letter.isupper() for letter in word[1:]):
        return False
    has_vowel = any(letter in "aăâeêioôơuưy" for letter in without_tone(word)[0])
    return not has_vowel or (not word.isascii() and not is_syllable(word) and len(word) < 8)
