"""The parts of a .xlsx that sheets refer to: fonts and number formats of styles, shared texts with their runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xanh.formats.figures import FormatKind, format_kind
from xanh.formats.markup import Attributes, Node, local, optional_part, stream, tree, unescape
from xanh.formats.words import Run
from xanh.limits import Limits
from xanh.unreadable import Unreadable

Shared = str | tuple[Run, ...]
"""A shared text: plain, or in runs when it is rich."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell's style says about its value."""

    kind: FormatKind
    font: str | None


def read_styles(content: bytes | None, limits: Limits) -> tuple[Style, ...]:
    """The cell styles by index. Empty when the workbook has no styles part."""
    if content is None:
        return ()
    root = tree(content, limits)
    fonts = [font.value("name") for font in _below(root, "fonts", "font")]
    codes = {
        node.attributes.get("numFmtId", ""): node.attributes.get("formatCode", "")
        for node in _below(root, "numFmts", "numFmt")
    }
    return tuple(_style(node.attributes, codes, fonts) for node in _below(root, "cellXfs", "xf"))


def _below(root: Node, group: str, name: str) -> list[Node]:
    found = root.first(group)
    return found.all(name) if found else []


def _style(attributes: Attributes, codes: Mapping[str, str], fonts: list[str | None]) -> Style:
    number_format = attributes.get("numFmtId", "0")
    font = int(attributes.get("fontId", "0"))
    kind = format_kind(codes.get(number_format), int(number_format))
    return Style(kind, fonts[font] if font < len(fonts) else None)


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
