"""Runs the suites over a batch of readings and leads each failure back to submission, sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xanh.catalog.lines import located
from xanh.language.spoken import spoken
from xanh.model import SEVERITIES, Issue, Reading
from xanh.validation import messages, suites
from xanh.validation.derive import Value
from xanh.validation.frames import (
    CONTEXT_WORDS,
    OBSERVATION_WORDS,
    TABLE_WORDS,
    Frame,
    Origin,
    observation_frame,
    table_frame,
)
from xanh.validation.plain_checks import run_plainly
from xanh.validation.suites import Check, Failure, Suite

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.settings import Settings

Place = tuple[str, str]
"""Sheet and cell."""


@dataclass
class _Findings:
    """The issues of one submission, and the places that a critical one has marked already."""

    issues: list[Issue] = field(default_factory=list)
    explained: set[Place] = field(default_factory=set)
    keys: set[tuple[str, str | None, str | None]] = field(default_factory=set)

    def add(self, issue: Issue) -> None:
        key = (issue.rule, issue.sheet, issue.cell)
        if issue.cell is not None and key in self.keys:
            return
        self.keys.add(key)
        self.issues.append(issue)
        if issue.severity == "critical":
            self.explained.update(_places(issue))


def validate(
    readings: Sequence[Reading], catalog: Catalog, settings: Settings, *, is_dry_run: bool = False
) -> list[list[Issue]]:
    """The issues of each reading, in its order, found by the suites; those of the reading itself are not repeated.

    A finding that a critical one explains (it reads a cell that is marked as wrong already) is left out: it would go
    with the correction. A dry run applies the same suites without Great Expectations. Raises suites.SuiteError when a
    suite is broken or a check crashes.
    """
    found = [_Findings(explained=_explained(reading)) for reading in readings]
    frames = list(_frames(readings, catalog, suites.read_suites(settings.expectations)))
    failures = [
        (suite, failure, frame)
        for (suite, frame), found_here in zip(frames, _run(frames, is_dry_run=is_dry_run), strict=True)
        for failure in found_here
    ]
    # Critical ones first, whichever suite finds them: they explain the warnings.
    for suite, failure, frame in sorted(failures, key=lambda each: SEVERITIES.index(each[1].check.severity)):
        _collect(suite, failure, frame, found, catalog)
    return [findings.issues for findings in found]


def _run(frames: Sequence[tuple[Suite, Frame]], *, is_dry_run: bool) -> Sequence[tuple[Failure, ...]]:
    rows = [(suite, frame.rows) for suite, frame in frames]
    if is_dry_run:
        return [run_plainly(*each) for each in rows]
    from xanh.validation.engine import run_all

    return run_all(rows)


def _explained(reading: Reading) -> set[Place]:
    return {place for issue in reading.issues if issue.severity == "critical" for place in _places(issue)}


def check_suites(catalog: Catalog, settings: Settings) -> list[str]:
    """What is wrong with the suites, a sentence each behind file and line: rules, severities and columns that the catalogue
    does not know."""
    known = suites.read_suites(settings.expectations)
    severities = {name: rule.severity for name, rule in catalog.rules.items()}
    problems = suites.objections(known, severities)
    for suite in known.values():
        words = _words_of(suite, catalog)
        if words is not None:
            unknown = sorted(suite.raw_names - words)
            problems += [f"{suite.path}: the form has no column {name!r}" for name in unknown]
        problems += [
            f"{suite.path}: {check.check} gives its sentence {name!r}, which no row has; a derived column may say it"
            for check in suite.checks.values()
            for name in check.params.values()
            if name in CONTEXT_WORDS
        ]
    return [located(settings.expectations, problem) for problem in problems]


def _words_of(suite: Suite, catalog: Catalog) -> frozenset[str] | None:
    """Every column and word that the suite's rows can have; None where another module makes the frame."""
    if suite.form is None:
        return OBSERVATION_WORDS if suite.frame == "observation" else None
    form = catalog.forms.forms.get(suite.form)
    tables = [t for layout in form.layouts for t in layout.tables] if form is not None else []
    columns = {c.code for t in tables if suite.table in (None, t.code) for c in t.columns}
    return TABLE_WORDS | columns


def _frames(readings: Sequence[Reading], catalog: Catalog, known: Mapping[str, Suite]) -> Iterator[tuple[Suite, Frame]]:
    """The suites that have rows in this batch; that of single values first, for a wrong value explains wrong sums."""
    ordered = sorted(known.values(), key=lambda suite: (suite.form is not None, suite.name))
    for suite in ordered:
        if suite.form is not None:
            frame = table_frame(suite, readings, catalog)
        elif suite.frame == "observation":
            frame = observation_frame(suite, readings, catalog)
        else:
            continue
        if frame.rows:
            yield suite, frame


def _collect(suite: Suite, failure: Failure, frame: Frame, found: Sequence[_Findings], catalog: Catalog) -> None:
    if not failure.rows:
        raise suites.SuiteError(f"{suite.path}: {failure.check.check} failed for no row: a frame of ours is wrong")
    check = failure.check
    for rows in _grouped(failure, frame):
        findings = found[frame.origins[rows[0]].submission]
        for column in _marked_columns(check, frame.rows[rows[0]]):
            left = [row for row in rows if not _is_explained(check, column, row, frame, findings.explained)]
            if left:
                findings.add(_issue(check, column, left, frame, catalog))


def _marked_columns(check: Check, row: Mapping[str, Value]) -> Sequence[str | None]:
    if check.cell is None or not check.is_listed:
        return (check.cell,)
    return str(row.get(check.cell[1:]) or "").split()


def _grouped(failure: Failure, frame: Frame) -> list[list[int]]:
    """Each row alone, or all rows of a table together where the check is about the table."""
    if not failure.check.is_one_issue:
        return [[row] for row in failure.rows]
    groups: dict[tuple[int, int], list[int]] = {}
    for row in failure.rows:
        origin = frame.origins[row]
        groups.setdefault((origin.submission, origin.table_id), []).append(row)
    return list(groups.values())


def _is_explained(check: Check, marked: str | None, row: int, frame: Frame, explained: set[Place]) -> bool:
    origin = frame.origins[row]
    looked_at = [origin]
    if check.is_column_wide:
        mine = (origin.submission, origin.table_id)
        looked_at = [other for other in frame.origins if (other.submission, other.table_id) == mine]
    return any(
        (other.sheet, part) in explained
        for other in looked_at
        for column in check.reads(marked)
        if column in other.addresses
        for part in other.addresses[column].split("+")
    )


def _issue(check: Check, column: str | None, rows: Sequence[int], frame: Frame, catalog: Catalog) -> Issue:
    first, origin = frame.rows[rows[0]], frame.origins[rows[0]]
    cells = [address for row in rows for address in _addresses(column, frame.origins[row])]
    names = {word: _named_column(name, column) for word, name in check.params.items()}
    words: dict[str, Any] = {word: spoken(first[name]) if name in first else name for word, name in names.items()}
    return messages.issue(
        catalog,
        check.rule,
        sheet=origin.sheet,
        cell=cells[0] if cells else None,
        value=_value(column, first, origin, cells),
        cells=tuple(cells) if len(cells) > 1 else (),
        label=_label(first),
        **words,
    )


def _named_column(name: str, marked: str | None) -> str:
    """The column of a parameter: `sum_{cell}` is that of the marked column, `pop_{suffix}` that of its last word."""
    whole = marked or ""
    return name.replace("{cell}", whole).replace("{suffix}", whole.rpartition("_")[2])


def _addresses(column: str | None, origin: Origin) -> list[str]:
    if column is None or column not in origin.addresses:
        return []
    return origin.addresses[column].split("+")


def _value(column: str | None, row: Mapping[str, Value], origin: Origin, cells: Sequence[str]) -> str | None:
    """The text that stood there; the harmonised value where the cell carries no observation."""
    if column is None:
        return None
    text = origin.texts.get(origin.addresses.get(column, "")) or (origin.texts.get(cells[0]) if cells else None)
    value = row.get(column)
    return text if text is not None or value is None else str(value) if not isinstance(value, Decimal) else f"{value:f}"


def _label(row: Mapping[str, Value]) -> str:
    label = row.get("label")
    return label if isinstance(label, str) and label else "-"


def _places(issue: Issue) -> Iterator[Place]:
    for cell in dict.fromkeys([*([issue.cell] if issue.cell else []), *issue.cells]):
        for part in cell.split("+"):
            yield (issue.sheet or "", part)
