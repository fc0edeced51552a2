"""Tells the sender what became of a file: a page that anybody can open, and the own workbook with its cells marked."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from xanh.arrival.archive import Archive
from xanh.feedback import outbox
from xanh.feedback.facts import Facts, read_issues
from xanh.feedback.marked import mark
from xanh.feedback.marks.front import Front
from xanh.feedback.marks.package import NotPatchable, TooLarge
from xanh.feedback.tasks import Task, tasks
from xanh.feedback.words import FeedbackWords, feedback_words
from xanh.language.harmless import harmless
from xanh.language.spoken import shown_number
from xanh.model import Copy, Issue, Workbook

if TYPE_CHECKING:
    from jinja2 import Template

    from xanh.catalog import Catalog
    from xanh.database.warehouse import Connection
    from xanh.settings import Settings

_log = logging.getLogger(__name__)
_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
_MARKABLE = ("accepted", "accepted_with_warnings", "rejected", "not_permitted", "unknown_form")
_SPREADSHEETS = ("xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "html")
MOST_INFO = 100
"""Own repairs that the page lists."""


def contents(
    settings: Settings,
    catalog: Catalog,
    connection: Connection,
    facts: Facts,
    issues: Sequence[Issue] | None,
    copy: Copy | None = None,
) -> dict[str, bytes]:
    """The files that go back to the sender, by name: the page last, for it names the other.

    Reads the warehouse and the archive, changes neither. Without issues (duplicate, taken up again after a crash) the findings
    come from the ledger. `copy`: the .xlsx of a file of another kind, when it was made on reading.
    """
    submission = facts.submission
    found = read_issues(connection, submission.submission_id) if issues is None else issues
    todo = tasks(found, catalog.rules)
    workbook = marked_workbook(settings, facts, todo, Archive(settings.archive).path(submission.sha256), copy)
    repairs = [issue for issue in found if issue.severity == "info"]
    page = render(facts, todo, repairs, feedback_words(settings.catalog), has_workbook=workbook is not None)
    files = {"xlsx": workbook} if workbook is not None else {}
    return {
        outbox.feedback_name(submission.file_name, submission.submission_id, ending): content
        for ending, content in {**files, "html": page.encode("utf-8")}.items()
    }


def render(
    facts: Facts, todo: Sequence[Task], repairs: Sequence[Issue], words: FeedbackWords, *, has_workbook: bool
) -> str:
    """The page. Text from files is escaped as a whole and can never become markup."""
    said = words.verdicts[facts.submission.verdict]
    return _template().render(
        facts=facts,
        submission=facts.submission,
        title=said.title_vi,
        sentence=said.sentence_vi,
        title_en=said.title_en,
        earlier=words.verdicts[first] if (first := facts.submission.original_verdict) else None,
        tasks=[task for task in todo if not task.is_ours],
        our_tasks=[task for task in todo if task.is_ours],
        repairs=repairs[:MOST_INFO],
        repair_count=len(repairs),
        workbook_name=outbox.feedback_name(facts.submission.file_name, facts.submission.submission_id, "xlsx")
        if has_workbook
        else None,
        harmless=harmless,
        shown_number=shown_number,
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("feedback.html.j2")


def marked_workbook(
    settings: Settings, facts: Facts, todo: Sequence[Task], original: Path, copy: Copy | None = None
) -> bytes | None:
    """The marked copy of the original; None for what is no spreadsheet, was not read, or is too large."""
    if facts.submission.verdict not in _MARKABLE or not original.is_file():
        return None
    try:
        return _marked(settings, facts, todo, original, copy)
    except TooLarge as reason:
        _log.warning("submission %s goes back without a marked workbook: %s", facts.submission.submission_id, reason)
        return None


def _marked(settings: Settings, facts: Facts, todo: Sequence[Task], original: Path, copy: Copy | None) -> bytes | None:
    front = _front(settings, facts)
    if copy is not None:
        return mark(copy.content, front, _renamed(todo, copy.names))
    try:
        return mark(original.read_bytes(), front, todo)
    except NotPatchable:
        pass
    from xanh.parsing.parse import Unreadable, parse

    try:
        read = parse(original, facts.submission.file_name, settings.limits)
    except Unreadable:
        return None
    if read.container not in _SPREADSHEETS:
        return None
    content, names = _copy(original, read)
    return mark(content, front, _renamed(todo, names))


def _copy(original: Path, read: Workbook) -> tuple[bytes, Mapping[str, str]]:
    from xanh.feedback.marks.copies import copy_of
    from xanh.feedback.marks.legacy import copy_of_xls

    if read.container == "xls":
        try:
            return copy_of_xls(original.read_bytes(), read)
        except NotPatchable:
            pass
    return copy_of(read)


def _renamed(todo: Sequence[Task], names: Mapping[str, str]) -> list[Task]:
    """The tasks with the sheet names of the copy."""

    def new(sheet: str | None) -> str | None:
        return names.get(sheet or "", sheet)

    return [
        replace(
            task,
            sheet=new(task.sheet) if task.cells else task.sheet,
            issues=tuple(replace(issue, sheet=new(issue.sheet)) for issue in task.issues),
        )
        for task in todo
    ]


def _front(settings: Settings, facts: Facts) -> Front:
    words = feedback_words(settings.catalog)
    said = words.verdicts[facts.submission.verdict]
    received = f"nhận lúc {facts.received}"
    source = [f"Tệp “{facts.file_name}”", facts.department, *facts.forms, facts.period, facts.area, received]
    return Front(
        submission_id=facts.submission.submission_id,
        verdict=f"{said.title_vi}. {said.sentence_vi}",
        source=" · ".join(part for part in source if part),
        advice=words.advice_vi.format(submission_id=facts.submission.submission_id),
        reasons=[reason.text_vi for reason in words.reasons],
    )
