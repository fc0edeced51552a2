"""An .xlsx copy of an old .xls with its formats: fonts, fills, borders, number formats, merges, widths, heights."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from xanh.feedback.marks import newbook
from xanh.feedback.marks.copies import sheet_name
from xanh.feedback.marks.newbook import Look, Looks, Page
from xanh.feedback.marks.package import NotPatchable
from xanh.language.harmless import visible
from xanh.model import Cells, Merge, Sheet, Workbook

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Sheet as OldSheet

_HORIZONTAL = {1: "left", 2: "center", 3: "right", 4: "fill", 5: "justify", 6: "centerContinuous", 7: "distributed"}
_VERTICAL = {0: "top", 1: "center", 2: "bottom", 3: "justify", 4: "distributed"}
_LINES = {
    1: "thin", 2: "medium", 3: "dashed", 4: "dotted", 5: "thick", 6: "double", 7: "hair", 8: "mediumDashed",
    9: "dashDot", 10: "mediumDashDot", 11: "dashDotDot", 12: "mediumDashDotDot", 13: "slantDashDot",
}  # fmt: skip
_EMPTY, _TEXT, _NUMBER, _DATE, _BOOL, _ERROR, _BLANK = range(7)
_READER_FAULTS = (
    ValueError,
    LookupError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    TypeError,
    NotImplementedError,
    struct.error,
)
"""What xlrd is known to raise on format records that make no sense."""
_WIDEST = 256
"""Width units of one character in .xls."""


def copy_of_xls(content: bytes, read: Workbook) -> tuple[bytes, Mapping[str, str]]:
    """The copy and the names of its sheets. Texts come from what was read, so legacy fonts are Unicode already.

    Raises NotPatchable when the formats cannot be read; the plain copy is made then.
    """
    import xlrd

    try:
        old = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, *_READER_FAULTS) as error:
        raise NotPatchable(f"the formats of the .xls cannot be read: {error}") from error
    return copy_of_book(old, read)


def copy_of_book(old: Book, read: Workbook) -> tuple[bytes, Mapping[str, str]]:
    """As `copy_of_xls`, of a book that xlrd has opened with its formats."""
    try:
        return _copy(old, read)
    except _READER_FAULTS as error:
        raise NotPatchable(f"the formats of the .xls make no sense: {error}") from error


def _copy(old: Book, read: Workbook) -> tuple[bytes, Mapping[str, str]]:
    formats = _Formats(old)
    names: dict[str, str] = {}
    texts = {sheet.name: sheet for sheet in read.sheets}
    pages = []
    for sheet in old.sheets():
        names[sheet.name] = sheet_name(sheet.name, set(names.values()))
        pages.append(_page(sheet, names[sheet.name], formats, texts.get(sheet.name)))
    return newbook.save(pages, formats.looks, is_1904=old.datemode == 1), names


def _page(sheet: OldSheet, name: str, formats: _Formats, read: Sheet | None) -> Page:
    page = Page(name, sheet.visibility == 0)
    for row in range(sheet.nrows):
        page.rows[row + 1] = list(_cells(sheet, row, formats, read))
    page.merges = [Merge(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    for column, information in sheet.colinfo_map.items():
        page.widths[column + 1] = information.width / _WIDEST
        if information.hidden:
            page.hidden_columns.add(column + 1)
    for row, information in sheet.rowinfo_map.items():
        if information.height and information.height_mismatch:
            page.heights[row + 1] = information.height / 20
        if information.hidden:
            page.hidden_rows.add(row + 1)
    return page


def _cells(sheet: OldSheet, row: int, formats: _Formats, read: Sheet | None) -> Iterator[str]:
    entries = zip(sheet.row_types(row), sheet.row_values(row), sheet._cell_xf_indexes[row], strict=True)
    cells = Cells.of(read.cells).rows.get(row + 1, {}) if read is not None else {}
    for column, (kind, value, index) in enumerate(entries, start=1):
        if index < 0:  # no record: the format is that of the row or column
            index = sheet.cell_xf_index(row, column - 1)
        style = formats.number(index, kind == _TEXT)
        if kind == _TEXT:
            known = cells.get(column)
            said = known.text if known is not None and known.kind == "text" else value
            yield newbook.text(row + 1, column, style, said)
        elif kind in (_NUMBER, _DATE):
            yield newbook.number(row + 1, column, style, repr(value).removesuffix(".0"))
        elif kind == _BOOL:
            yield newbook.truth(row + 1, column, style, bool(value))
        elif kind == _ERROR:
            yield newbook.fault(row + 1, column, style, _error_text(value))
        elif style:
            yield newbook.blank(row + 1, column, style)


def _error_text(code: int) -> str:
    import xlrd

    return str(xlrd.error_text_from_code.get(code, "#N/A"))


class _Formats:
    """The formats of the old book, each made once."""

    def __init__(self, old: Book) -> None:
        self._old = old
        self.looks = Looks()
        self._made: dict[tuple[int | None, bool], int] = {(None, False): 0}

    def number(self, index: int | None, is_text: bool) -> int:
        """The new number of the old book's format `index`."""
        key = (index, is_text)
        made = self._made.get(key)
        if made is None:
            look = newbook.PLAIN if index is None else self._look(self._old.xf_list[index])
            made = self._made[key] = self.looks.number(look, is_text=is_text)
        return made

    def _look(self, xf: Any) -> Look:
        known = self._old.format_map.get(xf.format_key)
        return Look(
            font=self._font(xf.font_index),
            fill=self._fill(xf.background),
            border=_border(xf.border),
            alignment=_alignment(xf.alignment),
            number_format=(known.format_str if known else None) or "General",
        )

    def _font(self, index: int) -> str:
        font = self._old.font_list[index]
        is_legacy = font.name.startswith((".Vn", "VNI-", ".VN"))
        name = "Times New Roman" if is_legacy else font.name
        colour = self._colour(font.colour_index)
        marks = ("<b/>" if font.weight >= 600 else "") + ("<i/>" if font.italic else "")
        marks += "<u/>" if font.underline_type else ""
        shade = f'<color rgb="{colour}"/>' if colour else ""
        return f'<font>{marks}<sz val="{font.height / 20:g}"/>{shade}<name val={quoteattr(visible(name))}/></font>'

    def _fill(self, background: Any) -> str:
        colour = self._colour(background.pattern_colour_index)
        if background.fill_pattern != 1 or not colour:
            return ""
        return f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/></patternFill></fill>'

    def _colour(self, index: int) -> str | None:
        rgb = self._old.colour_map.get(index)
        return "FF{:02X}{:02X}{:02X}".format(*rgb) if rgb else None


def _border(border: Any) -> str:
    sides = []
    for side in ("left", "right", "top", "bottom"):
        line = _LINES.get(getattr(border, f"{side}_line_style"))
        sides.append(f'<{side} style="{line}"/>' if line else f"<{side}/>")
    return f"<border>{''.join(sides)}<diagonal/></border>"


def _alignment(alignment: Any) -> str:
    said = {
        "horizontal": _HORIZONTAL.get(alignment.hor_align),
        "vertical": _VERTICAL.get(alignment.vert_align),
        "wrapText": "1" if alignment.text_wrapped else None,
        "indent": str(alignment.indent_level) if alignment.indent_level else None,
    }
    return "<alignment " + " ".join(f'{name}="{value}"' for name, value in said.items() if value) + "/>"
