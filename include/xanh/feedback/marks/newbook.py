"""A new .xlsx written straight as XML: for copies with tens of thousands of cells, where an object a cell is too slow."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from xml.sax.saxutils import escape

from xanh.feedback.marks.package import MAIN, OFFICE, RELATIONS, TYPES
from xanh.language.harmless import visible
from xanh.model import Merge, column_letters

LONGEST = 32_767
"""Characters that Excel allows in one cell."""
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_FIRST_OWN_FORMAT = 164
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_EPOCH = datetime(1899, 12, 30)
_QUOTE = {'"': "&quot;"}
_LAST_COLUMN = 16_384
_HIDDEN = ' state="hidden"'
_LEVEL = 3
"""Of compression: a third of the time of the usual 6, a tenth more bytes."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks, as the XML of its parts; what is left empty is the default's."""

    font: str = ""
    fill: str = ""
    border: str = ""
    alignment: str = ""
    number_format: str = "General"


PLAIN = Look()
_FIRST = {
    "fonts": ('<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>',),
    "fills": (
        '<fill><patternFill patternType="none"/></fill>',
        '<fill><patternFill patternType="gray125"/></fill>',
    ),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
}


class Looks:
    """The formats of a book, each entered once."""

    def __init__(self) -> None:
        self._lists = {name: dict(zip(first, range(len(first)), strict=True)) for name, first in _FIRST.items()}
        self._codes: dict[str, int] = {}
        self._formats: dict[str, int] = {}
        self._known: dict[Hashable, int] = {}
        self.number(PLAIN)

    def number(self, look: Look, *, is_text: bool = False) -> int:
        """The number by which cells name the format. `is_text`: whatever its first character, it stays text."""
        key = (look, is_text)
        if key not in self._known:
            self._known[key] = _entered(self._formats, self._format(look, is_text))
        return self._known[key]

    def part(self) -> str:
        """The styles part."""
        codes = [f'<numFmt numFmtId="{i}" formatCode="{escape(code, _QUOTE)}"/>' for code, i in self._codes.items()]
        lists = [("numFmts", codes)] if codes else []
        lists += [(name, list(entries)) for name, entries in self._lists.items()]
        lists.append(("cellStyleXfs", ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>']))
        lists.append(("cellXfs", list(self._formats)))
        lists.append(("cellStyles", ['<cellStyle name="Normal" xfId="0" builtinId="0"/>']))
        body = "".join(f'<{name} count="{len(each)}">{"".join(each)}</{name}>' for name, each in lists)
        return f'<styleSheet xmlns="{MAIN}">{body}</styleSheet>'

    def _format(self, look: Look, is_text: bool) -> str:
        code = 0
        if look.number_format != "General":
            code = self._codes.setdefault(look.number_format, _FIRST_OWN_FORMAT + len(self._codes))
        font = _entered(self._lists["fonts"], look.font or _FIRST["fonts"][0])
        fill = _entered(self._lists["fills"], look.fill or _FIRST["fills"][0])
        border = _entered(self._lists["borders"], look.border or _FIRST["borders"][0])
        quoted = ' quotePrefix="1"' if is_text else ""
        applied = ' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"'
        start = f'<xf numFmtId="{code}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"{quoted}{applied}'
        return f"{start}>{look.alignment}</xf>" if look.alignment else f"{start}/>"


def _entered(entries: dict[str, int], xml: str) -> int:
    return entries.setdefault(xml, len(entries))


def blank(row: int, column: int, style: int) -> str:
    """The XML of a cell that is only a format."""
    return f'<c r="{column_letters(column)}{row}" s="{style}"/>'


def number(row: int, column: int, style: int, digits: str) -> str:
    """The XML of a number, with exactly these digits."""
    return f'<c r="{column_letters(column)}{row}" s="{style}"><v>{digits}</v></c>'


def text(row: int, column: int, style: int, said: str) -> str:
    """The XML of a text: it stays text, nothing invisible in it."""
    shown = escape(_ESCAPE_LIKE.sub("_x005F_", visible(said)[:LONGEST]))
    return (
        f'<c r="{column_letters(column)}{row}" s="{style}" t="inlineStr">'
        f'<is><t xml:space="preserve">{shown}</t></is></c>'
    )


def truth(row: int, column: int, style: int, value: bool) -> str:
    """The XML of TRUE or FALSE."""
    return f'<c r="{column_letters(column)}{row}" s="{style}" t="b"><v>{int(value)}</v></c>'


def fault(row: int, column: int, style: int, name: str) -> str:
    """The XML of an error such as #N/A."""
    return f'<c r="{column_letters(column)}{row}" s="{style}" t="e"><v>{escape(name)}</v></c>'


def serial(when: date | datetime) -> str:
    """The number by which Excel keeps a date; it counts a 29 February 1900 that never was."""
    moment = when if isinstance(when, datetime) else datetime.combine(when, time())
    days = (moment - _EPOCH) / timedelta(days=1)
    return repr(days - 1 if 0 < days <= 60 else days).removesuffix(".0")


@dataclass
class Page:
    """A worksheet: the cells of each row as XML from left to right, and what stands around them."""

    name: str
    is_visible: bool = True
    rows: dict[int, list[str]] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: Sequence[Merge] = ()

    def part(self) -> str:
        """The worksheet part; printed with all columns on one A4 page across."""
        return (
            f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>{self._columns()}'
            f"<sheetData>{''.join(self._rows())}</sheetData>{self._merges()}"
            '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>'
        )

    def _columns(self) -> str:
        numbers = sorted(n for n in {*self.widths, *self.hidden_columns} if n <= _LAST_COLUMN)
        columns = []
        for number in numbers:
            width = f' width="{self.widths[number]}" customWidth="1"' if number in self.widths else ""
            hidden = ' hidden="1"' if number in self.hidden_columns else ""
            columns.append(f'<col min="{number}" max="{number}"{width}{hidden}/>')
        return f"<cols>{''.join(columns)}</cols>" if columns else ""

    def _rows(self) -> Iterable[str]:
        for number in sorted({*self.rows, *self.heights, *self.hidden_rows}):
            height = f' ht="{self.heights[number]}" customHeight="1"' if number in self.heights else ""
            hidden = ' hidden="1"' if number in self.hidden_rows else ""
            yield f'<row r="{number}"{height}{hidden}>{"".join(self.rows.get(number, ()))}</row>'

    def _merges(self) -> str:
        """Merges of one cell are none; Excel refuses them."""
        areas = [
            f'<mergeCell ref="{column_letters(m.left)}{m.top}:{column_letters(m.right)}{m.bottom}"/>'
            for m in self.merges
            if (m.top, m.left) != (m.bottom, m.right)
        ]
        return f'<mergeCells count="{len(areas)}">{"".join(areas)}</mergeCells>' if areas else ""


def save(pages: Sequence[Page], looks: Looks, *, is_1904: bool = False) -> bytes:
    """The file; the same bytes for the same content."""
    sheets = {f"worksheets/sheet{n}.xml": page for n, page in enumerate(pages, start=1)}
    parts = {
        "[Content_Types].xml": _types(sheets),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _workbook(pages, is_1904),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{n}": ("worksheet", part) for n, part in enumerate(sheets, start=1)}
            | {"rId0": ("styles", "styles.xml")}
        ),
        "xl/styles.xml": looks.part(),
        **{f"xl/{part}": page.part() for part, page in sheets.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), _DECLARATION + content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _types(sheets: Iterable[str]) -> str:
    parts = {"workbook.xml": "sheet.main+xml", "styles.xml": "styles+xml"} | dict.fromkeys(sheets, "worksheet+xml")
    listed = "".join(
        f'<Override PartName="/xl/{name}" ContentType="{_CONTENT}{kind}"/>' for name, kind in parts.items()
    )
    return (
        f'<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _relations(linked: Mapping[str, tuple[str, str]]) -> str:
    listed = (f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{part}"/>' for i, (kind, part) in linked.items())
    return f'<Relationships xmlns="{RELATIONS}">{"".join(listed)}</Relationships>'


def _workbook(pages: Sequence[Page], is_1904: bool) -> str:
    sheets = "".join(
        f'<sheet name="{escape(page.name, _QUOTE)}" sheetId="{n}"{"" if page.is_visible else _HIDDEN} r:id="rId{n}"/>'
        for n, page in enumerate(pages, start=1)
    )
    properties = '<workbookPr date1904="1"/>' if is_1904 else "<workbookPr/>"
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets></workbook>"
    )
