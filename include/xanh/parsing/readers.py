"""From a path to the cells of a workbook: gate, the reader of its kind, the second reader. Runs in the parser child."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from xanh.limits import Limits
from xanh.model import Note
from xanh.parsing import answers, gate
from xanh.parsing.answers import Answer
from xanh.parsing.formats import second
from xanh.parsing.formats.grid import Grid, too_many
from xanh.parsing.gate import Container

Result = tuple[list[Grid], list[Note]]
LARGEST_COPIED = 4 << 20
"""Bytes of a file whose copy travels with its values; that of a larger one is made when it is needed, not kept till then."""


class _Read(NamedTuple):
    grids: list[Grid]
    notes: list[Note]
    book: Any = None
    """xlrd's, from which the copy takes its formats."""


_CONFIRMED = frozenset({"xlsx", "xlsm", "xlsb", "xls", "ods"})


def read_file(path: Path, limits: Limits, *, with_copy: bool = False) -> Answer:
    """What xanh.parsing.answers makes a Workbook of. Raises Unreadable."""
    container = gate.inspect(path, limits)
    grids, notes, book = _Read(*_READERS[container.kind](container, limits))
    _refuse_long_names(grids, limits)
    if container.kind in _CONFIRMED:
        second.confirm(container.data, grids)
    head: dict[str, Any] = {
        "container": _SPOKEN.get(container.kind, container.kind),
        "corrects": _submission_id(container),
        "notes": [[note.rule, note.sheet, note.cell, dict(note.params)] for note in (*container.notes, *notes)],
    }
    answer = Answer(head, grids)
    if with_copy and container.kind in _COPIED and len(container.data) <= LARGEST_COPIED:
        head["copy"] = _copy(answer, book)
    return answer


def _refuse_long_names(grids: list[Grid], limits: Limits) -> None:
    """The name of a sheet stands with each of its values in the warehouse."""
    longest = max((len(grid.name) for grid in grids), default=0)
    if longest > limits.sheet_name_length:
        raise too_many("ký tự trong tên trang tính", longest, limits.sheet_name_length)


def _copy(answer: Answer, book: Any) -> dict[str, Any] | None:
    """The copy; without memory for it there is none, which says nothing against the file."""
    from xanh.feedback.marks.copies import copy_of
    from xanh.feedback.marks.legacy import copy_of_book
    from xanh.feedback.marks.package import NotPatchable

    read = answers.as_read(answer)
    try:
        content, names = copy_of_book(book, read) if book is not None else copy_of(read)
    except NotPatchable:
        content, names = copy_of(read)
    except MemoryError:
        return None
    return {"content": base64.b64encode(content).decode(), "names": dict(names)}


def _submission_id(container: Container) -> str | None:
    from xanh.parsing.formats import xlsx

    return xlsx.submission_id(container.members) if container.kind in ("xlsx", "xlsm") else None


def _xlsx(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import xlsx

    return xlsx.read(container.members, limits)


def _xls(container: Container, limits: Limits) -> _Read:
    from xanh.parsing.formats import xls

    book = xls.open_book(container.data)
    return _Read(*xls.read(book, container.members.get("Workbook", b""), limits), book)


def _xlsb(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import xlsb

    return xlsb.read(container.members, limits)


def _ods(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import ods

    return ods.read(container.members, limits)


def _docx(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import docx

    return docx.read(container.members, limits)


def _html(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import html

    return html.read(container.data, limits)


def _xml2003(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import xml2003

    return xml2003.read(container.data, limits)


def _text(container: Container, limits: Limits) -> Result:
    from xanh.parsing.formats import delimited

    return delimited.read(container.data, limits)


_READERS: dict[str, Callable[[Container, Limits], Result | _Read]] = {
    "xlsx": _xlsx,
    "xlsm": _xlsx,
    "xlsb": _xlsb,
    "xls": _xls,
    "ods": _ods,
    "docx": _docx,
    "html": _html,
    "xml2003": _xml2003,
    "text": _text,
}
_COPIED = frozenset({"xls", "xlsb", "ods", "text", "html", "xml2003"})
"""Kinds of spreadsheets that are sent back as an .xlsx copy."""
_SPOKEN = {"text": "csv", "xml2003": "xml"}
