"""Reads .csv, .tsv and .txt strictly: one delimiter for the file, quotes as RFC 4180 has them, nothing guessed cell
by cell."""

from __future__ import annotations

import contextlib
import csv
import re
from collections import Counter
from dataclasses import dataclass

from xanh.limits import Limits
from xanh.model import Note
from xanh.parsing.formats.grid import Budget, Grid
from xanh.parsing.formats.whole_text import in_unicode
from xanh.parsing.formats.words import Words, common_encoding
from xanh.parsing.unreadable import Unreadable

_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_DELIMITERS = (";", "\t", ",", "|")
_LINES_TO_DECIDE = 200


@dataclass(frozen=True)
class _Record:
    line: int
    """The physical line on which the record begins, from 1."""
    fields: list[str]


def read(data: bytes, limits: Limits) -> tuple[list[Grid], list[Note]]:
    """One sheet without a name; field n of a record is column n, its first line the row. Empty fields are no cells.

    A record that is longer or shorter than the header is noted (U57): a shifted field is worse than a missing one.
    """
    text = bytes_as_text(data)
    notes: list[Note] = []
    records = _records(text)
    if not records:
        raise Unreadable("U02")
    budget = Budget(limits)
    words = Words(budget, common_encoding({field for record in records for field in record.fields}))
    grid = Grid("")
    for record in records:
        for column, field in enumerate(record.fields, 1):
            if not field.strip():
                continue
            decoded, raw, is_lossy = words.read(field)
            budget.add(grid, (record.line, column, "text", decoded, raw, False))
            if is_lossy and len(notes) < 10:
                notes.append(Note("U55", "", grid.address(record.line, column), {"text": decoded[:60]}))
    return [grid], [*notes, *_noted(records, grid), *budget.finish(grid)]


def bytes_as_text(data: bytes) -> str:
    """The bytes as text, without NUL and control characters. UTF-16 by mark or by its zero bytes, UTF-8, else single
    bytes that `words` decodes by their statistics."""
    encoding = next((name for mark, name in _BOMS.items() if data.startswith(mark)), None) or _wide(data)
    if encoding:
        mark = next((mark for mark in _BOMS if data.startswith(mark)), b"")
        try:
            text = data[len(mark) :].decode(encoding)
        except UnicodeDecodeError as error:
            raise Unreadable("U01", {"detail": encoding}) from error
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = _single_bytes(data)
    _refuse_binary(text)
    return in_unicode(text)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of its ASCII letters is zero."""
    head = data[:2000]
    if len(head) < 8 or b"\x00" not in head:
        return None
    if head[1::2].count(0) > 0.6 * len(head[1::2]) and 0 not in head[0::2]:
        return "utf-16-le"
    if head[0::2].count(0) > 0.6 * len(head[0::2]) and 0 not in head[1::2]:
        return "utf-16-be"
    return None


def _single_bytes(data: bytes) -> str:
    """Bytes of an 8-bit encoding as the characters of Windows Latin 1, which is how legacy Vietnamese text stands in
    cells too."""
    return "".join(_LATIN[byte] for byte in data)


_WINDOWS = [bytes([byte]).decode("cp1252", "replace") for byte in range(256)]
_LATIN = [chr(byte) if char == "\ufffd" else char for byte, char in enumerate(_WINDOWS)]


def _refuse_binary(text: str) -> None:
    position = text.find("\x00")
    if position >= 0:
        raise Unreadable("U24", {"line": str(text.count("\n", 0, position) + 1)})
    head = text[:20_000]
    controls = sum(1 for char in head if char < " " and char not in "\t\r\n\f\x1a")
    if "\x1b" in head or controls > max(2, len(head) // 200):
        raise Unreadable("U10", {"kind": "tệp nhị phân"})


def _records(text: str) -> list[_Record]:
    """The records that are not empty. A lone `"` between delimiters is the ditto mark where that gives sense."""
    text = text.rstrip("\x1a").replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    delimiter = _delimiter(text)
    lines = text.split("\n")
    lone = re.compile(f'(?<![^{re.escape(delimiter)}])"(?![^{re.escape(delimiter)}])')
    marked = [lone.sub('""""', line) for line in lines]
    if marked != lines:
        # As quotes, two ditto marks would swallow the lines between them and still give the right number of fields.
        with contextlib.suppress(Unreadable):
            records = _parsed(marked, delimiter)
            if not _ragged(records):
                return records
    return _parsed(lines, delimiter)


def _parsed(lines: list[str], delimiter: str) -> list[_Record]:
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter, strict=True)
    records = []
    start = 1
    try:
        for fields in reader:
            if any(field.strip() for field in fields) and not (start == 1 and _is_separator_line(lines[0])):
                records.append(_Record(start, fields))
            start = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable("U25", {"line": str(start)}) from error
    return records


def _is_separator_line(line: str) -> bool:
    """Excel's own hint in the first line: `sep=;`."""
    return line.lower().startswith("sep=") and len(line.strip()) == 5


def _delimiter(text: str) -> str:
    """The sign that cuts the most lines into the same number of fields; `sep=;` in the first line wins.

    A comma only wins where no other sign does: in Vietnamese files it is the decimal sign.
    """
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:_LINES_TO_DECIDE]
    if lines and _is_separator_line(lines[0]):
        return lines[0].strip()[4]
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        counts = Counter(_count(line, delimiter) for line in lines)
        fields, agreeing = max(
            ((n, lines_) for n, lines_ in counts.items() if n), key=lambda pair: pair[1], default=(0, 0)
        )
        share = agreeing / len(lines) if lines else 0.0
        score = (round(share, 1) if fields else 0.0, 1 if delimiter in ";\t" else 0)
        if fields and score > best_score:
            best, best_score = delimiter, score
    return best


def _count(line: str, delimiter: str) -> int:
    """Delimiters outside quotes."""
    return sum(piece.count(delimiter) for piece in line.split('"')[::2])


def _ragged(records: list[_Record]) -> list[_Record]:
    """The records of the table whose number of fields is not the header's.

    The header is the first record of the commonest width: titles may stand above it, and notes of one field below the table.
    """
    width, agreeing = Counter(len(record.fields) for record in records).most_common(1)[0]
    if width < 2 or 2 * agreeing < len(records):
        return []  # no table with one header: recognition decides
    inside = [number for number, record in enumerate(records) if len(record.fields) == width]
    table = records[inside[0] : inside[-1] + 1]
    tail = [record for record in records[inside[-1] + 1 :] if len(record.fields) > 1]
    return [record for record in [*table, *tail] if len(record.fields) != width]


def _noted(records: list[_Record], grid: Grid) -> list[Note]:
    wrong = _ragged(records)
    if not wrong:
        return []
    first = wrong[0]
    width, _ = Counter(len(record.fields) for record in records).most_common(1)[0]
    params = {
        "line": str(first.line),
        "count": str(len(wrong)),
        "fields": str(len(first.fields)),
        "expected": str(width),
    }
    return [Note("U57", grid.name, f"A{first.line}", params)]
