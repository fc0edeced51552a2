"""The suites in expectations/: read completely or not at all. xanh.validation.engine runs them in Great Expectations.

A suite is GX's own JSON (`name`, `meta`, `expectations` of `type`, `kwargs`, `severity`, `meta`). Our words in `meta`
of a suite: `title`; `form` and `table` (of which table the rows are) or `frame`; `derived` (column: expression of
xanh.validation.derive). Of an expectation: `check` (unique in the suite), `rule_id`, `cell` (the column whose cell is marked; `@`
for the observation's own; `=x` when column x holds the codes of the columns to mark), `involves` (the columns that the
check reads, for `=x` by marked column), `params` (message word: column; `{cell}` is the marked one, `{suffix}` its last
word), `one_issue` (all failing rows of a table are one finding), `scope` `column` (the whole column is read).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from xanh.model import Severity
from xanh.validation.derive import Expression

_KWARGS = {"column", "min_value", "max_value", "value_set", "regex"}
"""What an expectation may say: it judges the values of one column, each by itself."""


class SuiteError(RuntimeError):
    """A suite file is wrong, or GX did not take all of it, or a check crashed: our fault, never the department's."""


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation with our words about it."""

    check: str
    rule: str
    severity: Severity
    cell: str | None = None
    involves: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict)
    """The columns that the check reads, by marked column; under None for every column that is not named."""
    params: Mapping[str, str] = field(default_factory=dict)
    is_one_issue: bool = False
    is_column_wide: bool = False

    @property
    def is_listed(self) -> bool:
        """Whether the column `cell` (without =) holds the codes of the columns to mark."""
        return self.cell is not None and self.cell.startswith("=")

    def reads(self, column: str | None) -> tuple[str, ...]:
        """All columns that matter when the cell of `column` is marked."""
        known = self.involves.get(column, self.involves.get(None))
        return known if known is not None else ((column,) if column else ())


@dataclass(frozen=True, slots=True)
class Failure:
    """A check and the `row` numbers of the frame that break it; no rows for a check of the whole frame."""

    check: Check
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Suite:
    """A suite file: its checks in the order in which they are written, and the columns that its frame must have."""

    name: str
    path: Path
    form: str | None
    table: str | None
    frame: str | None
    checks: Mapping[str, Check]
    derived: Mapping[str, Expression]
    columns: tuple[str, ...]
    """All columns that an expectation reads."""
    raw: Mapping[str, Any]

    @property
    def raw_names(self) -> frozenset[str]:
        """Column and context names that the expressions and checks expect to find, derived ones left out."""
        words = {name for expression in self.derived.values() for name in expression.names}
        for check in self.checks.values():
            words.update(*check.involves.values(), (name for name in check.params.values() if "{" not in name))
            words.update([check.cell.removeprefix("=")] if check.cell else [])
        words.update(self.columns)
        return frozenset(words - set(self.derived) - {"@"})


def read_suite(path: Path) -> Suite:
    """The suite in `path`. Raises SuiteError when anything in it is not as described above."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    meta = raw.get("meta", {})
    if raw.get("name") != path.stem or set(raw) != {"name", "meta", "expectations"}:
        raise SuiteError(f"{path}: expected name {path.stem!r}, meta and expectations")
    unknown = set(meta) - {"title", "form", "table", "frame", "derived"}
    if unknown:
        raise SuiteError(f"{path}: unknown words in meta: {sorted(unknown)}")
    checks: dict[str, Check] = {}
    columns: dict[str, None] = {}
    for number, expectation in enumerate(raw["expectations"]):
        check = _read_check(path, number, expectation)
        if check.check in checks:
            raise SuiteError(f"{path}: two checks are called {check.check!r}")
        checks[check.check] = check
        columns.update({expectation["kwargs"]["column"]: None} if "column" in expectation["kwargs"] else {})
    derived = {column: Expression(text) for column, text in meta.get("derived", {}).items()}
    form, table, frame = meta.get("form"), meta.get("table"), meta.get("frame")
    return Suite(path.stem, path, form, table, frame, checks, derived, tuple(columns), raw)


def _read_check(path: Path, number: int, expectation: Mapping[str, Any]) -> Check:
    where = f"{path}: expectation {number + 1}"
    if set(expectation) != {"type", "kwargs", "severity", "meta"}:
        raise SuiteError(f"{where}: expected type, kwargs, severity and meta")
    if strange := set(expectation["kwargs"]) - _KWARGS:
        raise SuiteError(f"{where}: {sorted(strange)} is not for single values; a derived column may say it")
    meta = dict(expectation["meta"])
    try:
        name, rule = meta.pop("check"), meta.pop("rule_id")
    except KeyError as error:
        raise SuiteError(f"{where}: meta needs {error}") from error
    involves = meta.pop("involves", {})
    check = Check(
        check=name,
        rule=rule,
        severity=expectation["severity"],
        cell=meta.pop("cell", None),
        involves={k: tuple(v) for k, v in (involves if isinstance(involves, dict) else {None: involves}).items()},
        params=meta.pop("params", {}),
        is_one_issue=meta.pop("one_issue", False),
        is_column_wide=meta.pop("scope", None) == "column",
    )
    if meta:
        raise SuiteError(f"{where}: unknown words in meta: {sorted(meta)}")
    return check


@lru_cache(maxsize=4)
def read_suites(folder: Path) -> Mapping[str, Suite]:
    """Every suite of the folder by name."""
    return {path.stem: read_suite(path) for path in sorted(folder.glob("*.json"))}


def objections(suites: Mapping[str, Suite], severities: Mapping[str, str]) -> list[str]:
    """What does not fit the rules of the catalogue (rule id: severity): unknown rules and other severities."""
    problems = []
    for suite in suites.values():
        for check in suite.checks.values():
            if check.rule not in severities:
                problems.append(f"{suite.path}: {check.check}: the rule {check.rule} is in no file of catalog/rules")
            elif severities[check.rule] != check.severity:
                problems.append(
                    f"{suite.path}: {check.check}: severity {check.severity}, but the rule {check.rule} is "
                    f"{severities[check.rule]}"
                )
    return problems
