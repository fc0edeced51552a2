"""An .xlsx copy of an old .xls with its formats: fonts, fills, borders, number formats, merges, widths, heights."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xanh.feedback.marks.copies import fit_to_page, merge_cells, sheet_name, write
from xanh.feedback.marks.package import NotPatchable
from xanh.model import Merge, Workbook

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet
    from xlrd.book import Book
    from xlrd.sheet import Sheet as OldSheet

_HORIZONTAL = {1: "left", 2: "center", 3: "right", 4: "fill", 5: "justify", 6: "centerContinuous", 7: "distributed"}
_VERTICAL = {0: "top", 1: "center", 2: "bottom", 3: "justify", 4: "distributed"}
_LINES = {
    1: "thin", 2: "medium", 3: "dashed", 4: "dotted", 5: "thick", 6: "double", 7: "hair", 8: "mediumDashed",
    9: "dashDot", 10: "mediumDashDot", 11: "dashDotDot", 12: "mediumDashDotDot", 13: "slantDashDot",
}  # fmt: skip
_KINDS = {1: "text", 2: "number", 3: "number", 4: "bool", 5: "error"}
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
        return _copy(old, read)
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, *_READER_FAULTS) as error:
        raise NotPatchable(f"the formats of the .xls cannot be read: {error}") from error


def _copy(old: Book, read: Workbook) -> tuple[bytes, Mapping[str, str]]:
    from openpyxl import Workbook as XlsxWorkbook

    book = XlsxWorkbook()
    book.remove(book.worksheets[0])
    formats = _Formats(old)
    names: dict[str, str] = {}
    texts = {sheet.name: sheet for sheet in read.sheets}
    for sheet in old.sheets():
        name = sheet_name(sheet.name, set(names.values()))
        names[sheet.name] = name
        target = book.create_sheet(name)
        _copy_sheet(sheet, target, formats, texts.get(sheet.name))
        fit_to_page(target)
        target.sheet_state = "visible" if sheet.visibility == 0 else "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), names


def _copy_sheet(sheet: OldSheet, target: Worksheet, formats: _Formats, read: Any) -> None:
    from openpyxl.utils import get_column_letter

    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = sheet.cell(row, column)
            made = target.cell(row + 1, column + 1)
            formats.apply(cell.xf_index, made)
            if cell.ctype in _KINDS:
                write(made, _text(cell, row, column, read), _KINDS[cell.ctype])
    for top, bottom, left, right in sheet.merged_cells:
        merge_cells(target, Merge(top + 1, left + 1, bottom, right))
    for column, information in sheet.colinfo_map.items():
        dimension = target.column_dimensions[get_column_letter(column + 1)]
        dimension.width = information.width / _WIDEST
        dimension.hidden = bool(information.hidden)
    for row, information in sheet.rowinfo_map.items():
        if information.height and information.height_mismatch:
            target.row_dimensions[row + 1].height = information.height / 20
        target.row_dimensions[row + 1].hidden = bool(information.hidden)


def _text(cell: Any, row: int, column: int, read: Any) -> object:
    if cell.ctype == 1:
        known = read.cells.get((row + 1, column + 1)) if read is not None else None
        return known.text if known is not None and known.kind == "text" else cell.value
    if cell.ctype == 4:
        return bool(cell.value)
    if cell.ctype == 5:
        import xlrd

        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    return Decimal(repr(cell.value))


class _Formats:
    """The formats of the old book as openpyxl objects, each made once."""

    def __init__(self, old: Book) -> None:
        self._old = old
        self._made: dict[int, Any] = {}

    def apply(self, index: int | None, target: Any) -> None:
        """Gives the cell the format `index` of the old book."""
        if index is None:
            return
        if index not in self._made:
            for name, value in self._make(self._old.xf_list[index]).items():
                setattr(target, name, value)
            self._made[index] = target._style
        target._style = copy(
            self._made[index]
        )  # what openpyxl's own cell.copy does; setting each part costs ten times as much

    def _make(self, xf: Any) -> dict[str, Any]:
        from openpyxl.styles import Alignment

        number_format = self._old.format_map.get(xf.format_key)
        alignment = Alignment(
            horizontal=_HORIZONTAL.get(xf.alignment.hor_align),
            vertical=_VERTICAL.get(xf.alignment.vert_align),
            wrap_text=bool(xf.alignment.text_wrapped),
            indent=xf.alignment.indent_level,
        )
        made = {"font": self._font(xf.font_index), "alignment": alignment, "border": self._border(xf.border)}
        fill = self._fill(xf.background)
        return (
            made
            | {"number_format": (number_format.format_str if number_format else None) or "General"}
            | ({"fill": fill} if fill else {})
        )

    def _font(self, index: int) -> Any:
        from openpyxl.styles import Font

        font = self._old.font_list[index]
        is_legacy = font.name.startswith((".Vn", "VNI-", ".VN"))
        return Font(
            name="Times New Roman" if is_legacy else font.name,
            sz=font.height / 20,
            b=font.weight >= 600,
            i=bool(font.italic),
            u="single" if font.underline_type else None,
            color=self._colour(font.colour_index),
        )

    def _fill(self, background: Any) -> Any:
        from openpyxl.styles import PatternFill

        colour = self._colour(background.pattern_colour_index)
        return PatternFill("solid", fgColor=colour) if background.fill_pattern == 1 and colour else None

    def _border(self, border: Any) -> Any:
        from openpyxl.styles import Border, Side

        def side(name: str) -> Side:
            style: Any = _LINES.get(getattr(border, f"{name}_line_style"))
            return Side(style=style)

        return Border(left=side("left"), right=side("right"), top=side("top"), bottom=side("bottom"))

    def _colour(self, index: int) -> str | None:
        rgb = self._old.colour_map.get(index)
        return "FF{:02X}{:02X}{:02X}".format(*rgb) if rgb else None
