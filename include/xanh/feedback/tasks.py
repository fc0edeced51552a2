"""Findings as tasks for a clerk: one root cause is one task, however many cells it marks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xanh.catalog import Rule
from xanh.model import SEVERITIES, Issue, Severity

_COLUMN = re.compile(r"([A-Z]+)\d+")


@dataclass(frozen=True, slots=True)
class Task:
    """What one person has to do once. `issues` are its findings, the first is the example."""

    number: int
    severity: Severity
    rule: str
    title_vi: str
    title_en: str
    is_ours: bool
    sheet: str | None
    cells: tuple[str, ...]
    """Every marked cell; empty when the finding has no cell."""
    issues: tuple[Issue, ...]

    @property
    def cell(self) -> str | None:
        """Where to go first."""
        return self.cells[0] if self.cells else None


def tasks(issues: Sequence[Issue], rules: Mapping[str, Rule]) -> tuple[Task, ...]:
    """The critical and warning findings, grouped by rule, sheet and column; critical ones first, ours last.

    The same rule in one column of one sheet has one cause: a unit, a shifted column, a list that is out of date.
    Info findings are our own repairs and no tasks.
    """
    groups: dict[tuple[object, ...], list[Issue]] = {}
    for issue in issues:
        if issue.severity != "info":
            groups.setdefault(_cause(issue), []).append(issue)
    ordered = sorted(groups.values(), key=lambda g: (g[0].responsibility == "us", SEVERITIES.index(g[0].severity)))
    return tuple(_task(number, group, rules) for number, group in enumerate(ordered, start=1))


def _cause(issue: Issue) -> tuple[object, ...]:
    match = _COLUMN.match(issue.cell or "")
    column = match[1] if match else issue.message_vi
    return (issue.rule, issue.severity, issue.responsibility, issue.sheet, column)


def _task(number: int, group: Sequence[Issue], rules: Mapping[str, Rule]) -> Task:
    first = group[0]
    rule = rules.get(first.rule)
    cells = [part for issue in group for part in marked_cells(issue)]
    return Task(
        number=number,
        severity=first.severity,
        rule=first.rule,
        title_vi=rule.title_vi if rule else first.rule,
        title_en=(rule.title_en if rule else None) or first.rule,
        is_ours=first.responsibility == "us",
        sheet=first.sheet,
        cells=tuple(dict.fromkeys(cells)),
        issues=tuple(group),
    )


def marked_cells(issue: Issue) -> list[str]:
    """The single addresses of a finding: `F2+G2` are two."""
    whole = [*([issue.cell] if issue.cell else []), *issue.cells]
    return list(dict.fromkeys(part for cell in whole for part in cell.split("+") if _COLUMN.fullmatch(part)))
