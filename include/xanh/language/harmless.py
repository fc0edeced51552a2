"""Text from files made harmless for people: nothing invisible, nothing that turns the line, no personal data."""

from __future__ import annotations

import re
import unicodedata

_GAP = r"[ .\u00a0\u00ad\u2000-\u2015\u202a-\u202f\u2060\u3000\ufeff-]"
"""What may stand between the groups of a number in one line, seen or not: spaces, full stops, dashes, direction marks."""
_FORM_AND_DATE = rf"0\d{_GAP}{{1,3}}\d\d?{_GAP}\d\d?{_GAP}(?:19|20)\d\d(?!\d)"
"""05 30.06.2025 stands in names of files, and is no telephone."""
_PERSONAL = (
    (
        re.compile(rf"(?<![\d.,])[0０]\d\d(?:{_GAP}{{0,2}}\d{{3}}){{3}}(?![\d.,]*\d)"),
        "[số định danh đã che]",
    ),  # citizen identity number: 12 digits from 001
    (
        re.compile(rf"(?<=cmnd|cccd)(\D{{1,20}})\d{{3}}(?:{_GAP}?\d{{3}}){{2}}(?!\d)", re.IGNORECASE),
        r"\1[số định danh đã che]",
    ),  # the older one of nine digits looks like a figure: only behind its name
    (
        re.compile(
            rf"(?<![\d.,])(?!{_FORM_AND_DATE})"
            rf"(?:(?:\+84|0084){_GAP}{{0,2}}(?:[(]0[)]{_GAP}?)?|[(]?[0０])[35789３５７８９]"
            rf"(?:(?:[)]|{_GAP}){{0,2}}\d){{8}}(?!\d)"
        ),
        "[số điện thoại đã che]",
    ),
    (re.compile(r"(?<![\w.+-])[\w.+-]++[@＠][\w-]++\.[\w.-]*\w"), "[thư điện tử đã che]"),
)
"""Each tries a place once and looks no farther than the number or address: a long text takes no longer for it."""
_SUSPECT = re.compile(rf"[@＠]|\d(?:(?:[)]|{_GAP}){{0,3}}\d){{8}}")
"""What every one of them contains."""


def mask_personal(text: str) -> str:
    """The text with identity numbers, mobile numbers and e-mail addresses covered: no form asks for them."""
    if not _SUSPECT.search(text):
        return text
    for pattern, cover in _PERSONAL:
        text = pattern.sub(cover, text)
    return text


def visible(text: str) -> str:
    """The text with control, direction and other invisible characters written as `\\u202e`; line breaks stay."""
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def harmless(text: str) -> str:
    """What a page, a workbook or a log may show of a text from a file."""
    return visible(mask_personal(text))


def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        code = ord(character)
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character
