"""The parser child's answer: a workbook on its way between two processes, as JSON in several frames.

The first frame says everything but the cells; then, for each sheet, come frames with the cells of some rows and an empty one. So
neither process ever holds the text of a whole workbook, and the child forgets each cell when it has been sent.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from xanh.model import Cell, CellKind, Cells, Copy, Merge, Note, Sheet, Workbook
from xanh.parsing.formats.grid import Grid

FEEDBACK_SHEET = "Phản hồi"
CELLS_A_FRAME = 4096
_KINDS: tuple[CellKind, ...] = ("text", "number", "date", "bool", "error", "uncached")
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}


class Answer(NamedTuple):
    """What the child found: everything but the cells as JSON types, and the sheets with their cells."""

    head: dict[str, Any]
    grids: Sequence[Grid] = ()


def frames(answer: Answer) -> Iterator[bytes]:
    """The frames of an answer, in order. Takes the cells out of the grids on the way."""
    yield _dumped(answer.head | {"sheets": [_described(grid) for grid in answer.grids]})
    for grid in answer.grids:
        positions = sorted(grid.cells, reverse=True)
        while positions:
            yield _dumped(_some_rows(grid, positions))
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


def _some_rows(grid: Grid, positions: list[tuple[int, int]]) -> list[Any]:
    """Whole rows, taken from the end of `positions`: [[row, [column, kind, text (, raw, is percent)], ...], ...]."""
    found: list[Any] = []
    count = 0
    while positions and (count < CELLS_A_FRAME or positions[-1][0] == found[-1][0]):
        position = positions.pop()
        row, column, kind, text, raw, is_percent = grid.cells.pop(position)
        if not found or found[-1][0] != row:
            found.append([row])
        is_plain = raw is None and not is_percent
        short = [column, _NUMBERS[kind], text]
        found[-1].append(short if is_plain else [*short, raw, is_percent])
        count += 1
    return found


def _rows(incoming: Iterator[bytes]) -> dict[int, dict[int, Cell]]:
    """The cells of the frames up to the next empty one."""
    rows: dict[int, dict[int, Cell]] = {}
    for frame in iter(incoming.__next__, b""):
        for row, *cells in loaded(frame):
            rows[row] = {column: Cell(row, column, _KINDS[kind], text, *rest) for column, kind, text, *rest in cells}
    return rows


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
