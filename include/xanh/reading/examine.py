"""Reads one file and decides what it is worth: the part that a dry run and the ingestion have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xanh.model import Copy, Issue, Observation, Reading, Sheet, Verdict
from xanh.parsing.unreadable import Unreadable
from xanh.validation import messages

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.settings import Settings


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file says. `reading` is None for one that cannot be read; then the issues say why."""

    reading: Reading | None
    issues: tuple[Issue, ...]
    corrects: int | None = None
    """The submission whose marked workbook this is, if it says so."""
    feedback: Sheet | None = None
    """Our own sheet in it, with what the clerk confirms."""
    copy: Copy | None = None
    """The .xlsx of a spreadsheet of another kind, for the feedback; only when it was asked for."""


def examine(
    path: Path,
    file_name: str,
    department: str,
    catalog: Catalog,
    settings: Settings,
    received_on: date,
    *,
    with_copy: bool = False,
) -> Examined:
    """Parses the file in a child process under limits and harmonises it; the suites have not run yet. Touches nothing."""
    from xanh.parsing import parse as parsing
    from xanh.reading import corrections
    from xanh.reading.harmonise import read

    try:
        workbook = parsing.parse(path, file_name, settings.limits, with_copy=with_copy)
    except Unreadable as fault:
        issue = messages.issue(catalog, fault.rule, sheet=fault.sheet, cell=fault.cell, **_params(fault.params))
        return Examined(None, (issue,))
    reading = corrections.apply(catalog, read(workbook, catalog, department, file_name, received_on), received_on)
    issues = (*reading.issues, *_conflicts(reading, catalog))
    return Examined(reading, issues, _submission_id(workbook.corrects), workbook.feedback, workbook.copy)


def _submission_id(text: str | None) -> int | None:
    """The number that a marked workbook carries; anything else that somebody put there is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else None


def validated(
    examined: Sequence[Examined], catalog: Catalog, settings: Settings, *, is_dry_run: bool = False
) -> list[list[Issue]]:
    """All issues of each file: those of its reading and those that the suites find, run once for all files."""
    from xanh.validation.validate import validate

    readings = [each.reading for each in examined if each.reading is not None]
    found = iter(validate(readings, catalog, settings, is_dry_run=is_dry_run) if readings else [])
    return [[*each.issues, *(next(found) if each.reading is not None else ())] for each in examined]


def verdict_of(reading: Reading | None, issues: Sequence[Issue]) -> Verdict:
    """The one place where a verdict is decided (duplicates apart, which are never read)."""
    critical = [issue for issue in issues if issue.severity == "critical"]
    if reading is None:
        return "unreadable"
    if any(issue.family == "not_permitted" for issue in critical):
        return "not_permitted"
    if reading.form is None:
        return "unknown_form"
    if critical:
        return "rejected"
    if any(issue.severity == "warning" for issue in issues):
        return "accepted_with_warnings"
    return "accepted"


def reason_of(verdict: Verdict, issues: Sequence[Issue]) -> str | None:
    """The first sentence that says why the file is not loaded; None when it is."""
    if verdict in ("accepted", "accepted_with_warnings"):
        return None
    critical = [issue.message_en for issue in issues if issue.severity == "critical"]
    return next(iter(critical or [issue.message_en for issue in issues]), None)


def _params(words: Mapping[str, str]) -> dict[str, Any]:
    """Words for a template, typed so that the checker sees they are no severity."""
    return dict(words)


def _conflicts(reading: Reading, catalog: Catalog) -> Iterator[Issue]:
    """An issue for each cell that the reading states twice with different values, unless it found that out itself."""
    if any(issue.severity == "critical" for issue in reading.issues):
        return
    stated: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for each in reading.observations:
        stated[each.about].append(each)
    for several in stated.values():
        first = several[0]
        if len({(each.value, each.obs_status, each.unit) for each in several}) > 1:
            yield messages.issue(
                catalog,
                "L01",
                sheet=first.source_sheet,
                cell=first.source_cell,
                value=first.source_value,
                cells=[each.source_cell for each in several],
                label=first.source_label,
            )
