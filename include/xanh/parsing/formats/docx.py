"""Reads .docx: paragraphs and tables in their order, as the rows of one sheet, so that the title stands above its
table."""

from __future__ import annotations

from collections.abc import Mapping

from xanh.limits import Limits
from xanh.model import Merge, Note
from xanh.parsing.formats.grid import Budget, Grid
from xanh.parsing.formats.markup import Node, optional_part, part, tree
from xanh.parsing.formats.words import Run, Words
from xanh.parsing.unreadable import Unreadable

SHEET = "Văn bản"
_MAIN = "word/document.xml"
_WRAPPERS = ("sdt", "sdtContent", "ins", "smartTag", "hyperlink", "customXml", "moveTo", "fldSimple")


def read(members: Mapping[str, bytes], limits: Limits) -> tuple[list[Grid], list[Note]]:
    """One sheet: each paragraph outside tables is a row with one cell, each table row a row. Raises Unreadable
    without a table."""
    body = tree(part(members, _MAIN), limits).first("body")
    if body is None:
        raise Unreadable("U01", {"detail": _MAIN})
    budget = Budget(limits)
    reader = _Reader(Words(budget), budget, _style_fonts(optional_part(members, "word/styles.xml"), limits))
    reader.blocks(body)
    if not reader.has_table:
        raise Unreadable("U18")
    return [reader.grid], [*reader.notes[:10], *budget.finish(reader.grid)]


def _style_fonts(content: bytes | None, limits: Limits) -> dict[str, str]:
    """Font by paragraph style; the empty key is the default."""
    if content is None:
        return {}
    root = tree(content, limits)
    nodes = {style.attributes.get("styleId", ""): style for style in root.all("style")}
    fonts: dict[str, str] = {}
    defaults = root.first("docDefaults")
    for node in defaults.children if defaults else []:
        fonts[""] = _font(node.first("rPr")) or fonts.get("", "")
    for key, style in nodes.items():
        found, ancestor = None, style
        for _ in range(20):
            found = _font(ancestor.first("rPr"))
            parent = ancestor.value("basedOn")
            if found or parent not in nodes:
                break
            ancestor = nodes[parent]
        if found:
            fonts[key] = found
            if style.attributes.get("default") in ("1", "true") and style.attributes.get("type") == "paragraph":
                fonts[""] = found
    return fonts


def _font(properties: Node | None) -> str | None:
    fonts = properties.first("rFonts") if properties else None
    return (fonts.attributes.get("ascii") or fonts.attributes.get("hAnsi")) if fonts else None


class _Reader:
    """Walks the body."""

    def __init__(self, words: Words, budget: Budget, fonts: Mapping[str, str]) -> None:
        self.grid = Grid(SHEET)
        self.notes: list[Note] = []
        self.has_table = False
        self._words = words
        self._budget = budget
        self._fonts = fonts
        self._row = 0

    def blocks(self, parent: Node) -> None:
        """Paragraphs and tables below `parent`, one after the other."""
        for node in parent.children:
            if node.name == "p":
                self._row += 1
                self._put(1, self._runs(node))
            elif node.name == "tbl":
                self.has_table = True
                self._table(node)
            elif node.name in _WRAPPERS:
                self.blocks(node)

    def _table(self, table: Node) -> None:
        open_spans: dict[int, tuple[int, int]] = {}
        for row in _below(table, "tr"):
            self._row += 1
            properties = row.first("trPr")
            column = 1 + _count(properties, "gridBefore", 0)
            for cell in _below(row, "tc"):
                column = self._cell(cell, column, open_spans)

    def _cell(self, cell: Node, column: int, open_spans: dict[int, tuple[int, int]]) -> int:
        """Enters the cell and its spans; the column after it."""
        properties = cell.first("tcPr")
        width = _count(properties, "gridSpan", 1)
        vertical = properties.first("vMerge") if properties else None
        if vertical is not None and vertical.attributes.get("val", "continue") == "continue":
            if column in open_spans:
                top, right = open_spans[column]
                self._budget_merge(top, column, right)
            return column + width
        runs: list[Run] = []
        for number, paragraph in enumerate(_paragraphs(cell)):
            runs += [("\n", None)] if number else []
            runs += self._runs(paragraph)
        self._put(column, runs)
        open_spans[column] = (self._row, column + width - 1)
        if width > 1:
            self._budget.add_merge(self.grid, Merge(self._row, column, self._row, column + width - 1))
        return column + width

    def _budget_merge(self, top: int, left: int, right: int) -> None:
        """The range from `top` to here, in place of the shorter one that it grew from."""
        self.grid.merges = [merge for merge in self.grid.merges if (merge.top, merge.left) != (top, left)]
        self._budget.add_merge(self.grid, Merge(top, left, self._row, right))

    def _put(self, column: int, runs: list[Run]) -> None:
        if not any(text.strip() for text, _ in runs):
            return
        text, raw, is_lossy = self._words.read_runs(runs, self._fonts.get("") or None)
        self._budget.add(self.grid, (self._row, column, "text", text, raw, False))
        if is_lossy:
            self.notes.append(Note("U55", SHEET, self.grid.address(self._row, column), {"text": text[:60]}))

    def _runs(self, paragraph: Node) -> list[Run]:
        properties = paragraph.first("pPr")
        style = properties.value("pStyle") if properties else None
        font = self._fonts.get(style or "") or self._fonts.get("") or None
        return _run_texts(paragraph, font)


def _run_texts(parent: Node, font: str | None) -> list[Run]:
    runs: list[Run] = []
    for node in parent.children:
        if node.name == "r":
            own = _font(node.first("rPr")) or font
            text = "".join(_piece(child) for child in node.children)
            runs += [(text, own)] if text else []
        elif node.name in _WRAPPERS:
            runs += _run_texts(node, font)
    return runs


def _piece(node: Node) -> str:
    if node.name == "t":
        return node.text
    return {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(node.name, "")


def _count(properties: Node | None, name: str, default: int) -> int:
    """So many columns of the grid. Raises Unreadable for what is no number."""
    text = (properties and properties.value(name)) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Unreadable("U01", {"detail": name})
    return int(text)


def _below(parent: Node, name: str) -> list[Node]:
    """Children of that name, also inside content controls."""
    found = []
    for node in parent.children:
        if node.name == name:
            found.append(node)
        elif node.name in _WRAPPERS:
            found += _below(node, name)
    return found


def _paragraphs(cell: Node) -> list[Node]:
    """The paragraphs of a cell, those of tables nested in it as well."""
    found = []
    for node in cell.children:
        if node.name == "p":
            found.append(node)
        elif node.name not in ("tcPr",):
            found += _paragraphs(node)
    return found
