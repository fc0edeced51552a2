"""Reads .xlsb: the binary records of workbook, styles, shared texts and sheets ([MS-XLSB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from xanh.limits import Limits
from xanh.model import Merge, Note
from xanh.parsing.formats.figures import FormatKind, float_digits, format_kind, moment
from xanh.parsing.formats.grid import Budget, Grid, RawCell
from xanh.parsing.formats.markup import optional_part, part, relations
from xanh.parsing.formats.words import Run, Words
from xanh.parsing.unreadable import Unreadable

_MAIN = "xl/workbook.bin"
_ROW, _ERROR, _BOOL, _TEXT, _SHARED = 0, (3, 11), (4, 10), (6, 8), 7
_RK, _REAL = 2, (5, 9)
_SST_ITEM, _FONT, _FORMAT, _XF, _COLUMN, _PROPERTIES, _BUNDLE, _MERGE = 19, 43, 44, 47, 60, 153, 156, 176
_BEGIN_XFS, _END_XFS = 617, 618
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
Style = tuple[FormatKind, str | None]


def read(members: Mapping[str, bytes], limits: Limits) -> tuple[list[Grid], list[Note]]:
    """The worksheets in order, hidden ones too. Raises Unreadable for records that do not add up."""
    try:
        return _read(members, limits)
    except (struct.error, IndexError) as error:
        raise Unreadable("U01", {"detail": "xlsb"}) from error


def _read(members: Mapping[str, bytes], limits: Limits) -> tuple[list[Grid], list[Note]]:
    budget = Budget(limits)
    linked = relations(members, _MAIN, limits)
    fonts, styles = _styles(optional_part(members, "xl/styles.bin") or b"")
    shared = _shared(optional_part(members, "xl/sharedStrings.bin") or b"", fonts)
    sheets: list[tuple[Grid, bytes]] = []
    is_1904 = False
    for kind, body in _records(part(members, _MAIN)):
        if kind == _PROPERTIES:
            is_1904 = bool(body[0] & 1)
        elif kind == _BUNDLE:
            state = struct.unpack_from("<I", body)[0]
            relation, offset = _text(body, 8)
            name, _ = _text(body, offset)
            linked_kind, target = linked.get(relation, ("", ""))
            if linked_kind == "worksheet":
                sheets.append((Grid(name, state == 0), part(members, target)))
    budget.check_sheets(len(sheets))
    if not sheets:
        raise Unreadable("U18")
    reader = _Reader(budget, Words(budget), shared, styles, is_1904)
    for grid, content in sheets:
        reader.sheet(grid, content)
    notes = reader.notes[:20]
    for grid, _ in sheets:
        notes += budget.finish(grid)
    return [grid for grid, _ in sheets], notes


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and body of each record."""
    offset = 0
    while offset < len(content):
        number, offset = _varint(content, offset, 2)
        length, offset = _varint(content, offset, 4)
        if offset + length > len(content):
            raise Unreadable("U01", {"detail": "xlsb: thiếu phần cuối"})
        yield number, content[offset : offset + length]
        offset += length


def _varint(content: bytes, offset: int, longest: int) -> tuple[int, int]:
    value = 0
    for position in range(longest):
        byte = content[offset + position]
        value |= (byte & 0x7F) << 7 * position
        if not byte & 0x80:
            return value, offset + position + 1
    return value, offset + longest


def _text(body: bytes, offset: int) -> tuple[str, int]:
    """A counted UTF-16 text and what follows it; 0xFFFFFFFF is none."""
    count = struct.unpack_from("<I", body, offset)[0]
    if count == 0xFFFFFFFF:
        return "", offset + 4
    end = offset + 4 + 2 * count
    if end > len(body):
        raise Unreadable("U11", {"detail": "xlsb: độ dài chuỗi khai sai"})
    return body[offset + 4 : end].decode("utf-16-le", "surrogatepass"), end


def _styles(content: bytes) -> tuple[list[str], list[Style]]:
    fonts: list[str] = []
    codes: dict[int, str] = {}
    styles: list[Style] = []
    is_cell_style = False
    for kind, body in _records(content):
        if kind == _FONT:
            fonts.append(_text(body, 21)[0])
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _text(body, 2)[0]
        elif kind in (_BEGIN_XFS, _END_XFS):
            is_cell_style = kind == _BEGIN_XFS
        elif kind == _XF and is_cell_style:
            _, number, font = struct.unpack_from("<HHH", body)
            styles.append((format_kind(codes.get(number), number), fonts[font] if font < len(fonts) else None))
    return fonts, styles


def _shared(content: bytes, fonts: list[str]) -> list[list[Run]]:
    texts: list[list[Run]] = []
    for kind, body in _records(content):
        if kind != _SST_ITEM:
            continue
        text, offset = _text(body, 1)
        runs: list[tuple[int, int]] = []
        if body[0] & 1:
            count = struct.unpack_from("<I", body, offset)[0]
            runs = list(struct.iter_unpack("<HH", body[offset + 4 : offset + 4 + 4 * count]))
        bounds = [0, *(start for start, _ in runs), len(text)]
        names = [None, *(fonts[font] if font < len(fonts) else None for _, font in runs)]
        texts.append([(text[a:b], font) for a, b, font in zip(bounds, bounds[1:], names, strict=False) if a < b])
    return texts


class _Reader:
    """Turns the records of a sheet into cells."""

    def __init__(
        self, budget: Budget, words: Words, shared: list[list[Run]], styles: list[Style], is_1904: bool
    ) -> None:
        self.notes: list[Note] = []
        self._budget = budget
        self._words = words
        self._shared = shared
        self._styles = styles
        self._is_1904 = is_1904

    def sheet(self, grid: Grid, content: bytes) -> None:
        """Fills the grid."""
        row = 0
        for kind, body in _records(content):
            if kind == _ROW:
                row = struct.unpack_from("<I", body)[0] + 1
                if body[11] & 0x10:
                    grid.hidden_rows.add(row)
            elif kind <= 11 and kind > 1:
                self._cell(grid, row, kind, body)
            elif kind == _COLUMN:
                first, last = struct.unpack_from("<II", body)
                if body[16] & 1:
                    grid.hidden_columns.update(range(first + 1, min(last, self._budget.limits.column) + 2))
            elif kind == _MERGE:
                top, bottom, left, right = struct.unpack_from("<IIII", body)
                self._budget.add_merge(grid, Merge(top + 1, left + 1, bottom + 1, right + 1))

    def _cell(self, grid: Grid, row: int, kind: int, body: bytes) -> None:
        column, style_number = struct.unpack_from("<II", body)
        index = style_number & 0xFFFFFF
        style: Style = self._styles[index] if index < len(self._styles) else ("number", None)
        place = (row, column + 1)
        cell: RawCell
        if kind in _ERROR:
            cell = (*place, "error", _ERRORS.get(body[8], "#?"), None, False)
        elif kind in _BOOL:
            cell = (*place, "bool", "TRUE" if body[8] else "FALSE", None, False)
        elif kind == _SHARED:
            number = struct.unpack_from("<I", body, 8)[0]
            if number >= len(self._shared):
                raise Unreadable("U01", {"detail": "chuỗi dùng chung"}, sheet=grid.name, cell=grid.address(*place))
            self._add_text(grid, place, self._shared[number], style[1])
            return
        elif kind in _TEXT:
            self._add_text(grid, place, [(_text(body, 8)[0], None)], style[1])
            return
        else:
            cell = self._number(grid, place, kind, body, style[0])
        self._budget.add(grid, cell)

    def _number(self, grid: Grid, place: tuple[int, int], kind: int, body: bytes, style: FormatKind) -> RawCell:
        number = _rk(struct.unpack_from("<I", body, 8)[0]) if kind == _RK else struct.unpack_from("<d", body, 8)[0]
        text = float_digits(number)
        if text is None:
            raise Unreadable("U13", {"text": str(number)}, sheet=grid.name, cell=grid.address(*place))
        when = moment(text, self._is_1904) if style == "date" else None
        if when is not None:
            return (*place, "date", when.isoformat(), text, False)
        return (*place, "number", text, None, style == "percent")

    def _add_text(self, grid: Grid, place: tuple[int, int], runs: list[Run], font: str | None) -> None:
        if not runs or not any(text for text, _ in runs):
            return
        text, raw, is_lossy = self._words.read_runs(runs, font)
        self._budget.add(grid, (*place, "text", text, raw, False))
        if is_lossy:
            self.notes.append(Note("U55", grid.name, grid.address(*place), {"text": text[:60]}))


def _rk(raw: int) -> float:
    """A number packed into 30 bits."""
    if raw & 2:
        whole = raw >> 2
        number = float(whole - (1 << 30) if whole >= 1 << 29 else whole)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (raw & 0xFFFFFFFC) << 32))[0]
    return number / 100 if raw & 1 else number
