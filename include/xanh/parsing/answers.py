"""The parser child's answer as a workbook: plain data that travelled as JSON."""

from __future__ import annotations

import base64
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xanh.model import Cell, Copy, Merge, Note, Sheet, Workbook

FEEDBACK_SHEET = "Phản hồi"


def workbook(answer: dict[str, Any]) -> Workbook:
    """The workbook of an answer, our own feedback sheet apart."""
    sheets = tuple(_sheet(sheet) for sheet in answer["sheets"])
    feedback = next((sheet for sheet in sheets if sheet.name == FEEDBACK_SHEET), None)
    return Workbook(
        container=answer["container"],
        sheets=tuple(sheet for sheet in sheets if sheet is not feedback),
        notes=tuple(Note(rule, sheet, cell, params) for rule, sheet, cell, params in answer["notes"]),
        corrects=(answer["corrects"] or _spoken_id(feedback)) if feedback else None,
        feedback=feedback,
        copy=_copy(answer.get("copy")),
    )


def _copy(answer: dict[str, Any] | None) -> Copy | None:
    return Copy(base64.b64decode(answer["content"]), answer["names"]) if answer else None


def _spoken_id(feedback: Sheet) -> str | None:
    """The submission id in A1 of our feedback sheet, for workbooks whose properties an office program dropped."""
    title = feedback.cells.get((1, 1))
    words = title.text.split() if title else []
    return words[-1] if words and words[-1].isdigit() else None


def _sheet(data: dict[str, Any]) -> Sheet:
    return Sheet(
        name=data["name"],
        cells={(cell[0], cell[1]): _cell(*cell) for cell in data["cells"]},
        is_visible=data["is_visible"],
        merges=tuple(Merge(*bounds) for bounds in data["merges"]),
        hidden_rows=frozenset(data["hidden_rows"]),
        hidden_columns=frozenset(data["hidden_columns"]),
    )


def _cell(row: int, column: int, kind: Any, text: str, raw: str | None, is_percent: bool) -> Cell:
    if kind == "text":
        return Cell(row, column, kind, text, None, None, raw)
    if kind == "number":
        return Cell(row, column, kind, text, Decimal(text), None, raw, is_percent)
    if kind == "date":
        return Cell(row, column, kind, text, None, _when(text), raw)
    return Cell(row, column, kind, text, None, None, raw)


def _when(text: str) -> date | datetime | None:
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return None
