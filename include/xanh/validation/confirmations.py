"""What a clerk confirms in the column "Xác nhận" of a marked workbook: the value is right, and why.

A confirmation is kept with who, when and why. It silences one rule for one value in one cell of one report; the next value
is judged as ever. Critical findings cannot be confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from xanh.catalog.strict import Entry
from xanh.database.warehouse import sql
from xanh.feedback.facts import read_issues
from xanh.feedback.marks.words import HEADINGS
from xanh.feedback.tasks import tasks
from xanh.feedback.words import Reason, feedback_words
from xanh.language.harmless import harmless
from xanh.model import Issue, Reading, Sheet
from xanh.validation import messages

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.database.warehouse import Connection

RULE = "CONFIRMED"
_CONFIRM, _WHO = HEADINGS[8], HEADINGS[9]


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


def keep(
    connection: Connection, catalog: Catalog, reading: Reading, submission_id: int, corrects: int, sheet: Sheet,
    received_at: datetime,
) -> int:  # fmt: skip
    """Keeps what the feedback sheet confirms about the findings of `corrects`; returns how many values.

    Only warnings of a submission of the same sender can be confirmed. Doing it twice changes nothing.
    """
    said = read_confirmations(sheet, feedback_words(catalog.folder).reasons)
    own = connection.execute(
        sql("confirmations/is_own"), {"submission_id": corrects, "department_code": reading.department}
    ).fetchone()
    if not said or own is None or reading.period is None:
        return 0
    kept = 0
    for confirmation in said:
        for issue in _confirmed(read_issues(connection, corrects), catalog, confirmation):
            parameters = {
                "submission_id": submission_id,
                "corrects": corrects,
                "department_code": reading.department,
                "form_code": reading.form,
                "period_code": reading.period.code,
                "rule": issue.rule,
                "sheet": confirmation.sheet,
                "cell": issue.cell or "",
                "value": issue.value or "",
                "reason_code": confirmation.reason,
                "words": confirmation.words,
                "who": confirmation.who,
                "confirmed_at": received_at,
            }
            connection.execute(sql("confirmations/add"), parameters)
            kept += 1
    return kept


def silence(connection: Connection, catalog: Catalog, reading: Reading, issues: Sequence[Issue]) -> list[Issue]:
    """The issues, with each warning that the sender has confirmed for just this value turned into an info issue."""
    if reading.period is None or not any(issue.severity == "warning" for issue in issues):
        return list(issues)
    parameters = {
        "department_code": reading.department,
        "form_code": reading.form,
        "period_code": reading.period.code,
    }
    rows = connection.execute(sql("confirmations/known"), parameters)
    known = {(rule, sheet, cell, value): (words, who) for rule, sheet, cell, value, words, who in rows}
    return [_silenced(catalog, issue, known) for issue in issues]


def _silenced(catalog: Catalog, issue: Issue, known: dict[tuple[str, str, str, str], tuple[str, str]]) -> Issue:
    said = known.get((issue.rule, issue.sheet or "", issue.cell or "", issue.value or ""))
    if said is None or issue.severity != "warning":
        return issue
    return messages.issue(
        catalog,
        RULE,
        sheet=issue.sheet,
        cell=issue.cell,
        value=issue.value,
        rule=issue.rule,
        words=said[0],
        who=said[1],
    )


def _confirmed(issues: Sequence[Issue], catalog: Catalog, confirmation: Confirmation) -> tuple[Issue, ...]:
    """The findings of the task that the row of the sheet stood for. A CSV's only sheet has a name in the copy alone."""
    fitting = [
        task
        for task in tasks(issues, catalog.rules)
        if task.rule == confirmation.rule
        and task.severity == "warning"
        and not task.is_ours
        and (task.cell or "") == confirmation.cell
        and (task.sheet or "") in (confirmation.sheet, "")
    ]
    return fitting[0].issues if fitting else ()


def read_confirmations(sheet: Sheet, known: Sequence[Reason]) -> tuple[Confirmation, ...]:
    """The rows of a feedback sheet whose column "Xác nhận" is filled in; columns are found by their headings."""
    return tuple(_rows(sheet, {reason.text_vi.casefold(): reason.code for reason in known}))


def _rows(sheet: Sheet, codes: dict[str, str]) -> Iterator[Confirmation]:
    columns, head = _columns(sheet)
    if head is None:
        return
    for row in sorted({row for row, _ in sheet.cells if row > head}):
        said = {heading: _text(sheet, row, columns.get(heading)) for heading in HEADINGS}
        if said[_CONFIRM] and said["Quy tắc"]:
            yield Confirmation(
                rule=said["Quy tắc"],
                sheet=said["Trang tính"],
                cell=said["Ô"],
                reason=codes.get(said[_CONFIRM].casefold(), "other"),
                words=harmless(said[_CONFIRM]),
                who=harmless(said[_WHO]),
            )


def _columns(sheet: Sheet) -> tuple[dict[str, int], int | None]:
    for row in sorted({row for row, _ in sheet.cells}):
        found = {cell.text.strip(): column for (r, column), cell in sheet.cells.items() if r == row}
        if {"Quy tắc", _CONFIRM} <= set(found):
            return found, row
    return {}, None


def _text(sheet: Sheet, row: int, column: int | None) -> str:
    cell = sheet.cells.get((row, column)) if column is not None else None
    return cell.text.strip() if cell is not None else ""
