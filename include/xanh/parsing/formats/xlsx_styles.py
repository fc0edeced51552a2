"""The parts of a .xlsx that sheets refer to: fonts and number formats of styles, shared texts with their runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from xanh.limits import Limits
from xanh.parsing.formats.figures import FormatKind, format_kind
from xanh.parsing.formats.markup import Attributes, local, optional_part, stream, unescape
from xanh.parsing.formats.words import Run
from xanh.parsing.unreadable import Unreadable

Shared = str | tuple[Run, ...]
"""A shared text: plain, or in runs when it is rich."""
_UNREAD = re.compile(
    rb"(<cellStyleXfs[^<>]*>(?:<xf [^<>]*(?:/>|>(?:<(?:alignment|protection)[^<>]*/>)*</xf>))*</cellStyleXfs>"
    rb"|<(?:cellStyle|alignment|protection|color|sz|family|charset|scheme|b|i|u)\b[^<>:]*/>)"
)
"""Of the styles, what says neither a number format nor the name of a font."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell's style says about its value."""

    kind: FormatKind
    font: str | None


def read_styles(content: bytes | None, limits: Limits) -> tuple[Style, ...]:
    """The cell styles by index. Empty when the workbook has no styles part."""
    if content is None:
        return ()
    reader = _Styles()
    stream(content, limits, reader.start, reader.end, None, _UNREAD)
    known = {key: _style(*key, reader.codes, reader.fonts) for key in dict.fromkeys(reader.formats)}
    return tuple(known[key] for key in reader.formats)


class _Styles:
    """Reads what matters of styles.xml, which may hold thousands of named styles that no cell uses."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.fonts: list[str | None] = []
        self.formats: list[tuple[str, str]] = []
        """Number format and font of each, as they are written."""
        self._group = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """Handles an opening tag."""
        name = local(name)
        if name in ("fonts", "numFmts", "cellXfs"):
            self._group = name
        elif name == "xf" and self._group == "cellXfs":
            self.formats.append((attributes.get("numFmtId", "0"), attributes.get("fontId", "0")))
        elif name == "font" and self._group == "fonts":
            self.fonts.append(None)
        elif name == "name" and self._group == "fonts" and self.fonts:
            self.fonts[-1] = attributes.get("val")
        elif name == "numFmt" and self._group == "numFmts":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def end(self, name: str) -> None:
        """Handles a closing tag."""
        if self._group and local(name) == self._group:
            self._group = ""


def _style(number_format: str, font: str, codes: Mapping[str, str], fonts: list[str | None]) -> Style:
    if not (number_format.isdigit() and font.isdigit()):
        raise Unreadable("U01", {"detail": "styles"})
    kind = format_kind(codes.get(number_format), int(number_format))
    return Style(kind, fonts[int(font)] if int(font) < len(fonts) else None)


class SharedStrings:
    """Reads sharedStrings.xml; `items` are its texts. Phonetic hints (`rPh`) are no text."""

    def __init__(self, limits: Limits) -> None:
        self.items: list[Shared] = []
        self._limits = limits
        self._runs: list[Run] = []
        self._text: list[str] = []
        self._font: str | None = None
        self._is_collecting = False
        self._is_phonetic = False
        self._is_rich = False
        self._size = 0

    def read(self, members: Mapping[str, bytes], name: str) -> list[Shared]:
        """The texts of the part; none when it is missing. Raises Unreadable when its count lies beyond reason."""
        content = optional_part(members, name)
        if content is None:
            return self.items
        stream(content, self._limits, self._start, self._end, self._characters)
        if self.claimed_count > 2 * len(self.items) + 10_000:
            raise Unreadable("U11", {"detail": "uniqueCount"})
        return self.items

    claimed_count = 0

    def _start(self, name: str, attributes: Attributes) -> None:
        name = local(name)
        if name == "t":
            self._is_collecting = not self._is_phonetic
        elif name == "si":
            self._runs, self._text, self._font, self._is_rich = [], [], None, False
        elif name == "r":
            self._text, self._font, self._is_rich = [], None, True
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "rFont":
            self._font = attributes.get("val")
        elif name == "sst":
            counts = (attributes.get("uniqueCount", "0"), attributes.get("count", "0"))
            self.claimed_count = _count(counts[0])
            _count(counts[1])

    def _end(self, name: str) -> None:
        name = local(name)
        if name == "t":
            self._is_collecting = False
        elif name == "r":
            self._runs.append((unescape("".join(self._text)), self._font))
            self._text = []
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            self.items.append(tuple(self._runs) if self._is_rich else unescape("".join(self._text)))

    def _characters(self, text: str) -> None:
        if not self._is_collecting:
            return
        self._size += len(text)
        if self._size > self._limits.string_bytes:
            limit = str(self._limits.string_bytes)
            raise Unreadable("U05", {"what": "ký tự", "count": str(self._size), "limit": limit})
        self._text.append(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise Unreadable("U01", {"detail": "sharedStrings"})
    return int(text)
