"""Reads HTML that a program saved under the name .xls: texts and tables in their order, as the rows of one sheet."""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser

from xanh.limits import Limits
from xanh.model import Merge, Note
from xanh.parsing.formats.delimited import bytes_as_text
from xanh.parsing.formats.figures import digits
from xanh.parsing.formats.grid import Budget, Grid, RawCell
from xanh.parsing.formats.markup import check_tags
from xanh.parsing.formats.words import Run, Words
from xanh.parsing.unreadable import Unreadable

SHEET = "HTML"
_MOST_LOOKED_AT = 300_000_000
"""Characters; five seconds of looking at them again and again."""
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "title"})
_SILENT = frozenset({"style", "script", "head", "xml"})
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_CLASS_FONT = re.compile(r"\.([\w-]{1,100})\s{0,9}\{[^{}]*?font-family\s*:\s*[\"']?([^;,}\"']+)", re.IGNORECASE)
_INLINE_FONT = re.compile(r"font-family\s*:\s*[\"']?([^;,\"']+)", re.IGNORECASE)


def read(data: bytes, limits: Limits) -> tuple[list[Grid], list[Note]]:
    """One sheet. Raises Unreadable when there is no table in it."""
    text = _text(data)
    check_tags(text.count("<"), limits)
    _check_ends(text)
    budget = Budget(limits)
    parser = _Tables(budget, Words(budget), dict(_CLASS_FONT.findall(text[:200_000])))
    parser.feed(text)
    parser.close()
    parser.finish()
    if not parser.has_table:
        raise Unreadable("U18")
    return [parser.grid], [*parser.notes[:10], *budget.finish(parser.grid)]


def _check_ends(text: str) -> None:
    """Refuses a page in which tags and comments are never closed: HTMLParser looks to the end of the page for each of them."""
    comments = text.count("<!--", text.rfind("-->") + 1) * len(text)
    tags = sum(piece.count("<") * len(piece) for piece in text.split(">"))
    if comments + tags > _MOST_LOOKED_AT:
        raise Unreadable("U01", {"detail": "HTML: thẻ không đóng"})


def _text(data: bytes) -> str:
    """By byte order mark, then by the page's own word if it is true, then as any text."""
    named = _CHARSET.search(data[:4096])
    if named and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return data.decode(codecs.lookup(named[1].decode("ascii")).name)
        except (LookupError, UnicodeDecodeError, ValueError):
            pass  # the page says what is not true
    return bytes_as_text(data)


class _Tables(HTMLParser):
    """Collects rows."""

    def __init__(self, budget: Budget, words: Words, class_fonts: dict[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.grid = Grid(SHEET)
        self.notes: list[Note] = []
        self.has_table = False
        self._budget = budget
        self._words = words
        self._class_fonts = class_fonts
        self._row = self._column = 0
        self._taken: set[tuple[int, int]] = set()
        self._runs: list[Run] = []
        self._fonts: list[str | None] = []
        self._cell: dict[str, str] | None = None
        self._silent = self._tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Handles an opening tag."""
        attributes = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self._flush()
            self.has_table = True
            self._tables += 1
        elif tag == "tr" and self._tables:
            self._flush()
            self._row += 1
            self._column = 0
        elif tag in ("td", "th") and self._tables:
            self._flush()
            self._cell = attributes
            self._fonts = [self._font(attributes)]
        elif tag in ("font", "span"):
            self._fonts.append(attributes.get("face") or self._font(attributes))
        elif tag == "br":
            self._runs.append(("\n", None))
        elif tag in _BLOCKS and self._cell is None:
            self._flush()
        elif tag in _BLOCKS and any(text.strip() for text, _ in self._runs):
            self._runs.append(("\n", None))

    def handle_endtag(self, tag: str) -> None:
        """Handles a closing tag."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in ("td", "th", "tr"):
            self._flush()
        elif tag == "table":
            self._flush()
            self._tables = max(0, self._tables - 1)
        elif tag in ("font", "span") and len(self._fonts) > 1:
            self._fonts.pop()
        elif tag in _BLOCKS and self._cell is None:
            self._flush()

    def handle_data(self, data: str) -> None:
        """Collects text; runs of white space are one space, as a browser shows them."""
        if self._silent:
            return
        font = next((font for font in reversed(self._fonts) if font), None)
        self._runs.append((re.sub(r"[ \t\r\n\f]+", " ", data), font))

    def finish(self) -> None:
        """Enters what stands after the last tag."""
        self._flush()

    def _font(self, attributes: dict[str, str]) -> str | None:
        inline = _INLINE_FONT.search(attributes.get("style", ""))
        return inline[1].strip() if inline else self._class_fonts.get(attributes.get("class", ""))

    def _flush(self) -> None:
        runs, self._runs = self._runs, []
        cell, self._cell = self._cell, None
        if cell is None:
            if any(text.strip() for text, _ in runs):
                self._row += 1
                self._put(1, runs, {})
            return
        column = self._column + 1
        while (self._row, column) in self._taken:
            column += 1
        height, width = _span(cell.get("rowspan")), _span(cell.get("colspan"))
        self._column = column + width - 1
        if height * width > 1:
            self._budget.add_merge(self.grid, Merge(self._row, column, self._row + height - 1, column + width - 1))
            below = range(self._row + 1, self._row + height)
            self._taken.update((row, place) for row in below for place in range(column, column + width))
        self._put(column, runs, cell)

    def _put(self, column: int, runs: list[Run], attributes: dict[str, str]) -> None:
        number = attributes.get("x:num") or attributes.get(
            "sdval"
        )  # what Excel and LibreOffice write beside the shown text
        exact = digits(number) if number else None
        content: RawCell
        if exact is not None:
            content = (self._row, column, "number", exact, None, False)
        else:
            if not any(text.strip() for text, _ in runs):
                return
            text, raw, is_lossy = self._words.read_runs(runs, None)
            content = (self._row, column, "text", text.strip(), raw, False)
            if is_lossy:
                self.notes.append(Note("U55", SHEET, self.grid.address(self._row, column), {"text": text[:60]}))
        self._budget.add(self.grid, content)


def _span(text: str | None) -> int:
    return max(1, min(int(text), 1000)) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1
