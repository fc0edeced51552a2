"""The parser child's answer: a workbook on its way between two processes, as JSON in several frames.

The first frame says everything but the cells; then, for each sheet, come frames with some of its cells and an empty one. So
neither process ever holds the text of a whole workbook, and the child forgets each cell when it has been sent. A frame holds its cells
by columns, not one by one: they are taken apart and put together without a step of Python for each.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple

from xanh.model import Cell, CellKind, Cells, Copy, Merge, Note, Sheet, Workbook
from xanh.parsing.formats.grid import Grid, RawCell

FEEDBACK_SHEET = "Phản hồi"
CELLS_A_FRAME = 4096
_KINDS: dict[str, CellKind] = {"t": "text", "n": "number", "d": "date", "b": "bool", "e": "error", "u": "uncached"}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}
_cell = partial(tuple.__new__, Cell)


class Answer(NamedTuple):
    """What the child found: everything but the cells as JSON types, and the sheets with their cells."""

    head: dict[str, Any]
    grids: Sequence[Grid] = ()


def frames(answer: Answer) -> Iterator[bytes]:
    """The frames of an answer, in order. Takes the cells out of the grids on the way."""
    yield _dumped(answer.head | {"sheets": [_described(grid) for grid in answer.grids]})
    for grid in answer.grids:
        cells = sorted(grid.cells.values(), reverse=True)
        grid.cells.clear()
        while cells:
            yield _dumped(_by_columns(cells[: -CELLS_A_FRAME - 1 : -1]))
            del cells[-CELLS_A_FRAME:]
        yield b""


def workbook(received: Iterable[bytes]) -> Workbook:
    """The workbook of the frames that follow each other, our own feedback sheet apart."""
    incoming = iter(received)
    head = loaded(next(incoming))
    return read_from(head, [_sheet(described, _rows(incoming)) for described in head["sheets"]])


def as_read(answer: Answer) -> Workbook:
    """The workbook that `workbook` makes of the frames; leaves the grids as they are."""
    sheets = []
    for grid in answer.grids:
        rows: dict[int, dict[int, Cell]] = {}
        for row, column in sorted(grid.cells):
            rows.setdefault(row, {})[column] = Cell._make(grid.cells[row, column])
        sheets.append(_sheet(_described(grid), rows))
    return read_from(answer.head, sheets)


def read_from(head: dict[str, Any], sheets: Sequence[Sheet]) -> Workbook:
    """The workbook of what the first frame says and of the sheets."""
    feedback = next((sheet for sheet in sheets if sheet.name == FEEDBACK_SHEET), None)
    return Workbook(
        container=head["container"],
        sheets=tuple(sheet for sheet in sheets if sheet is not feedback),
        notes=tuple(Note(rule, sheet, cell, params) for rule, sheet, cell, params in head["notes"]),
        corrects=(head["corrects"] or _spoken_id(feedback)) if feedback else None,
        feedback=feedback,
        copy=_copy(head.get("copy")),
    )


def loaded(frame: bytes) -> Any:
    """What a frame says."""
    return json.loads(frame.decode("utf-8", "surrogatepass"))


def _dumped(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _described(grid: Grid) -> dict[str, Any]:
    return {
        "name": grid.name,
        "is_visible": grid.is_visible,
        "merges": [[merge.top, merge.left, merge.bottom, merge.right] for merge in grid.merges],
        "hidden_rows": sorted(grid.hidden_rows),
        "hidden_columns": sorted(grid.hidden_columns),
    }


def _by_columns(cells: Sequence[RawCell]) -> list[Any]:
    """Rows, columns, kinds, texts, and the raw texts and percentages where there are any."""
    rows, columns, kinds, texts, raws, percents = zip(*cells, strict=True)
    letters = "".join(map(_LETTERS.__getitem__, kinds))
    is_plain = raws.count(None) == len(raws), not any(percents)
    return [rows, columns, letters, texts, None if is_plain[0] else raws, None if is_plain[1] else percents]


def _rows(incoming: Iterator[bytes]) -> dict[int, dict[int, Cell]]:
    """The cells of the frames up to the next empty one."""
    found: dict[int, dict[int, Cell]] = {}
    for frame in iter(incoming.__next__, b""):
        rows, columns, letters, texts, raws, percents = loaded(frame)
        kinds = map(_KINDS.__getitem__, letters)
        count = len(rows)
        raws, percents = raws or repeat(None, count), percents or repeat(False, count)
        for cell in map(_cell, zip(rows, columns, kinds, texts, raws, percents, strict=True)):
            found.setdefault(cell[0], {})[cell[1]] = cell
    return found


def _copy(answer: dict[str, Any] | None) -> Copy | None:
    return Copy(base64.b64decode(answer["content"]), answer["names"]) if answer else None


def _spoken_id(feedback: Sheet) -> str | None:
    """The submission id in A1 of our feedback sheet, for workbooks whose properties an office program dropped."""
    title = feedback.cells.get((1, 1))
    words = title.text.split() if title else []
    return words[-1] if words and words[-1].isdigit() else None


def _sheet(described: dict[str, Any], rows: dict[int, dict[int, Cell]]) -> Sheet:
    return Sheet(
        name=described["name"],
        cells=Cells(rows),
        is_visible=described["is_visible"],
        merges=tuple(Merge(*bounds) for bounds in described["merges"]),
        hidden_rows=frozenset(described["hidden_rows"]),
        hidden_columns=frozenset(described["hidden_columns"]),
    )
