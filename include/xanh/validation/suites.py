"""The suites in expectations/: read completely or not at all, and run by Great Expectations in one context a process.

A suite is GX's own JSON (`name`, `meta`, `expectations` of `type`, `kwargs`, `severity`, `meta`). Our words in `meta`
of a suite: `title`; `form` and `table` (of which table the rows are) or `frame`; `derived` (column: expression of
xanh.validation.derive). Of an expectation: `check` (unique in the suite), `rule_id`, `cell` (the column whose cell is marked; `@`
for the observation's own; `=x` when column x holds the codes of the columns to mark), `involves` (the columns that the
check reads, for `=x` by marked column), `params` (message word: column; `{cell}` is the marked one, `{suffix}` its last
word), `one_issue` (all failing rows of a table are one finding), `scope` `column` (the whole column is read).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xanh.model import Severity
from xanh.validation.derive import Expression
from xanh.validation.plain_checks import failing_rows

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core.expectation_suite import ExpectationSuite


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
        columns.update(dict.fromkeys(_columns_of(expectation["kwargs"])))
    derived = {column: Expression(text) for column, text in meta.get("derived", {}).items()}
    form, table, frame = meta.get("form"), meta.get("table"), meta.get("frame")
    return Suite(path.stem, path, form, table, frame, checks, derived, tuple(columns), raw)


def _read_check(path: Path, number: int, expectation: Mapping[str, Any]) -> Check:
    where = f"{path}: expectation {number + 1}"
    if set(expectation) != {"type", "kwargs", "severity", "meta"}:
        raise SuiteError(f"{where}: expected type, kwargs, severity and meta")
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


def _columns_of(kwargs: Mapping[str, Any]) -> list[str]:
    """The columns that an expectation names, those of its row condition included."""
    names = [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]
    conditions = [kwargs["row_condition"]] if kwargs.get("row_condition") else []
    while conditions:
        condition = conditions.pop()
        names.extend([condition["column"]["name"]] if "column" in condition else [])
        conditions.extend(condition.get("conditions", ()))
    return names


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


class _Context:
    """GX's ephemeral context with the suites loaded so far: one a process, importing GX costs seconds."""

    def __init__(self) -> None:
        import great_expectations as gx

        logging.getLogger("great_expectations").setLevel(logging.WARNING)  # at INFO it tells every metric
        self._gx = gx
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
        asset = self._context.data_sources.add_pandas("xanh").add_dataframe_asset("rows")
        self._batches = asset.add_batch_definition_whole_dataframe("all")
        self._suites: dict[Path, ExpectationSuite] = {}

    def suite(self, suite: Suite) -> ExpectationSuite:
        if suite.path not in self._suites:
            self._suites[suite.path] = self._load(suite)
        return self._suites[suite.path]

    def _load(self, suite: Suite) -> ExpectationSuite:
        """GX logs and drops what it does not know, and its add_expectation merges what differs only in meta: count."""
        wanted: list[Any] = [dict(expectation) for expectation in suite.raw["expectations"]]
        loaded = self._gx.ExpectationSuite(name=suite.name, expectations=wanted)
        names = [str((expectation.meta or {}).get("check")) for expectation in loaded.expectations]
        if sorted(names) != sorted(suite.checks):
            lost = sorted(set(suite.checks) - set(names))
            raise SuiteError(f"{suite.path}: GX took {len(names)} of {len(suite.checks)} expectations; lost: {lost}")
        return loaded

    def run(self, suite: Suite, frame: pd.DataFrame) -> Any:
        batch = self._batches.get_batch(batch_parameters={"dataframe": frame})
        form = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]}
        return batch.validate(self.suite(suite), result_format=form)


@lru_cache(maxsize=1)
def _context() -> _Context:
    return _Context()


def load_all(suites: Mapping[str, Suite]) -> int:
    """Loads every suite into GX and returns the number of expectations. Raises SuiteError when one is lost."""
    return sum(len(_context().suite(suite).expectations) for suite in suites.values())


def run(suite: Suite, rows: Sequence[Mapping[str, Any]]) -> tuple[Failure, ...]:
    """The checks of the suite that `rows` break, in the order of the suite; row numbers are positions in `rows`.

    Only the columns that the suite reads reach GX. A check that crashed raises SuiteError.
    """
    import pandas as pd

    data: dict[str, Any] = {
        column: pd.Series([row.get(column) for row in rows], dtype="object") for column in suite.columns
    }
    result = _context().run(suite, pd.DataFrame({"row": range(len(rows)), **data}))
    failed: dict[str, Failure] = {}
    seen = 0
    for one in result.results:
        check = suite.checks[one.expectation_config.meta["check"]]
        seen += 1
        _raise_if_crashed(suite, check, one.exception_info)
        if not one.success:
            indexes = one.result.get("unexpected_index_list") or ()
            failed[check.check] = Failure(check, tuple(sorted(int(index["row"]) for index in indexes)))
    if seen != len(suite.checks):
        raise SuiteError(f"{suite.path}: GX ran {seen} of {len(suite.checks)} expectations")
    return tuple(failed[name] for name in suite.checks if name in failed)


def run_plainly(suite: Suite, rows: Sequence[Mapping[str, Any]]) -> tuple[Failure, ...]:
    """The same as `run`, without Great Expectations and the seconds of its import: for a dry run that loads nothing."""
    found = []
    for check, expectation in zip(suite.checks.values(), suite.raw["expectations"], strict=True):
        broken = failing_rows(expectation, rows)
        if broken is not None:
            found.append(Failure(check, broken))
    return tuple(found)


def _raise_if_crashed(suite: Suite, check: Check, info: Mapping[str, Any] | None) -> None:
    """`exception_info` is flat or keyed by metric id."""
    parts = [info, *info.values()] if info else []
    for part in parts:
        if isinstance(part, Mapping) and part.get("raised_exception"):
            raise SuiteError(f"{suite.path}: the check {check.check} crashed: {part.get('exception_message')}")
