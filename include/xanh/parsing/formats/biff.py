"""What xlrd does not tell: formula cells of a .xls whose results were never calculated."""

from __future__ import annotations

import struct

_BOF, _BOUNDSHEET, _FORMULA = 0x809, 0x85, 0x06
_NO_NUMBER, _EMPTY_TEXT = b"\xff\xff", 3
Places = dict[int, list[tuple[int, int]]]


def formulas_without_result(stream: bytes) -> Places:
    """By number of the sheet, the (row, column) of its formulas, when all of the workbook have the empty text as result.

    That is what writers leave that cannot calculate. One formula with a result shows that the workbook was calculated;
    then an empty text is a result like any other, and nothing is returned.
    """
    starts: dict[int, int] = {}
    found: Places = {}
    sheet = -1
    offset = 0
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        body = offset + 4
        if kind == _BOUNDSHEET and length >= 6:
            starts[struct.unpack_from("<I", stream, body)[0]] = len(starts)
        elif kind == _BOF:
            sheet = starts.get(offset, -1)
        elif kind == _FORMULA and length >= 14 and sheet >= 0:
            row, column = struct.unpack_from("<HH", stream, body)
            if stream[body + 12 : body + 14] != _NO_NUMBER or stream[body + 6] != _EMPTY_TEXT:
                return {}
            found.setdefault(sheet, []).append((row + 1, column + 1))
        elif kind == 0 and length == 0:
            break
        offset = body + length
    return found
