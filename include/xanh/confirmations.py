"""What a clerk confirms in the column "Xác nhận" of a marked workbook: the value is right, and why."""

from __future__ import annotations

from collections.abc import Iterator

from xanh.catalog.strict import Entry
from xanh.feedback_words import Reason
from xanh.harmless import harmless
from xanh.marks.front import HEADINGS
from xanh.model import Sheet


class Confirmation(Entry):
    """One row of the feedback sheet that the clerk filled in."""

    rule: str
    sheet: str
    cell: str
    reason: str
    """The code of the reason; `other` for free text."""
    words: str
    """What was chosen or written."""
    who: str
    """Who confirms, as written beside; empty when nobody signed."""


def read_confirmations(sheet: Sheet, known: tuple[Reason, ...]) -> tuple[Confirmation, ...]:
    """The rows of a feedback sheet whose column "Xác nhận" is filled in; columns are found by their headings."""
    return tuple(_rows(sheet, {reason.text_vi.casefold(): reason.code for reason in known}))


def _rows(sheet: Sheet, codes: dict[str, str]) -> Iterator[Confirmation]:
    columns, head = _columns(sheet)
    if head is None:
        return
    for row in sorted({row for row, _ in sheet.cells if row > head}):
        said = {heading: _text(sheet, row, columns.get(heading)) for heading in HEADINGS}
        words = said["Xác nhận (nếu số liệu đúng)"]
        if words and said["Quy tắc"]:
            yield Confirmation(
                rule=said["Quy tắc"],
                sheet=said["Trang tính"],
                cell=said["Ô"],
                reason=codes.get(words.casefold(), "other"),
                words=harmless(words),
                who=harmless(said["Người xác nhận, ghi chú"]),
            )


def _columns(sheet: Sheet) -> tuple[dict[str, int], int | None]:
    for row in sorted({row for row, _ in sheet.cells}):
        found = {cell.text.strip(): column for (r, column), cell in sheet.cells.items() if r == row}
        if {"Quy tắc", "Xác nhận (nếu số liệu đúng)"} <= set(found):
            return found, row
    return {}, None


def _text(sheet: Sheet, row: int, column: int | None) -> str:
    cell = sheet.cells.get((row, column)) if column is not None else None
    return cell.text.strip() if cell is not None else ""
