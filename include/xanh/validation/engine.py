"""Runs suites in Great Expectations, in one context a process: all suites of a batch in one run, each kind of check once.

GX spends some 15 ms on an expectation, however few its rows are. Expectations that differ in nothing but their columns are
therefore one expectation over the values of those columns, one below the other (docs/decisions/0060).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xanh.validation.suites import Check, Failure, Suite, SuiteError, columns_of

if TYPE_CHECKING:
    import pandas as pd

Rows = Sequence[Mapping[str, Any]]
_ROW_COUNT = "expect_table_row_count_to_be_between"
_BETWEEN = "expect_column_values_to_be_between"
_NOT_NULL = "expect_column_values_to_not_be_null"
_BY_VALUE = {
    _BETWEEN,
    "expect_column_values_to_be_in_set",
    "expect_column_values_to_be_null",
    "expect_column_values_to_match_regex",
    _NOT_NULL,
}
"""Expectations that judge each value by itself; how many rows a frame has is judged as one value more."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The stretch of a stack that is one check's."""

    frame: int
    check: Check
    start: int
    end: int


@dataclass
class _Stack:
    """Checks that ask the same of their values, and the values by column of the common frame."""

    expectation: Mapping[str, Any]
    columns: Mapping[str, list[Any]]
    parts: list[_Part] = field(default_factory=list)
    is_about_rows: bool = False

    @property
    def height(self) -> int:
        return self.parts[-1].end if self.parts else 0

    @property
    def filling(self) -> object:
        """What passes the expectation where the common frame is longer than the stack."""
        return True if self.expectation["type"] == _NOT_NULL else None

    def add(self, frame: int, check: Check, names: Sequence[str], rows: Rows) -> None:
        """Lays the values of the check's columns below those that are there."""
        start = self.height
        if self.is_about_rows:
            values: list[list[Any]] = [[len(rows)]]
        else:
            values = [[row.get(name) for row in rows] for name in names]
        for column, more in zip(self.columns.values(), values, strict=True):
            column.extend(more)
        self.parts.append(_Part(frame, check, start, start + len(values[0])))

    def failures(self, rows: Sequence[int]) -> Iterator[tuple[int, Failure]]:
        """The checks that the rows of the stack break, each with the number of its frame."""
        for part in self.parts:
            broken = tuple(row - part.start for row in rows if part.start <= row < part.end)
            if broken:
                yield part.frame, Failure(part.check, () if self.is_about_rows else broken)

    def __str__(self) -> str:
        return ", ".join(part.check.check for part in self.parts)


def run(suite: Suite, rows: Rows) -> tuple[Failure, ...]:
    """The checks of the suite that `rows` break, in the order of the suite; row numbers are positions in `rows`."""
    return run_all([(suite, rows)])[0]


def run_all(frames: Sequence[tuple[Suite, Rows]]) -> list[tuple[Failure, ...]]:
    """For each suite with its rows, the checks that they break.

    Only the columns that the suites read reach GX. Raises SuiteError when a check crashed or GX did not take or run all.
    """
    stacks = _stacked(frames)
    found: list[dict[str, Failure]] = [{} for _ in frames]
    for stack, one in zip(stacks, _context().run(stacks), strict=True):
        _raise_if_crashed(stack, one.exception_info)
        if not one.success:
            for frame, failure in _failures(stack, one.result):
                found[frame][failure.check.check] = failure
    return [
        tuple(broken[name] for name in suite.checks if name in broken)
        for (suite, _), broken in zip(frames, found, strict=True)
    ]


def load_all(suites: Mapping[str, Suite]) -> int:
    """Lets GX take every suite as it is written; the number of expectations. Raises SuiteError when one is lost."""
    return sum(
        len(_context().load(suite.name, suite.raw["expectations"], list(suite.checks))) for suite in suites.values()
    )


def _stacked(frames: Sequence[tuple[Suite, Rows]]) -> list[_Stack]:
    stacks: dict[str, _Stack] = {}
    for number, (suite, rows) in enumerate(frames):
        for check, expectation in zip(suite.checks.values(), suite.raw["expectations"], strict=True):
            names = list(dict.fromkeys(columns_of(expectation["kwargs"])))
            question = _question(suite, expectation, names)
            key = json.dumps(question, sort_keys=True)
            if key not in stacks:
                stacks[key] = _new_stack(question, f"v{len(stacks)}", len(names) or 1)
            stacks[key].add(number, check, names, rows)
    return list(stacks.values())


def _question(suite: Suite, expectation: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """What an expectation asks, whatever its columns are called. Raises SuiteError for what looks at many values at once."""
    kind, kwargs = expectation["type"], expectation["kwargs"]
    if kind != _ROW_COUNT and (kind not in _BY_VALUE or "mostly" in kwargs):
        check = expectation["meta"]["check"]
        raise SuiteError(f"{suite.path}: {check}: {kind} is no check of single values that this program knows")
    numbered = {name: f"c{place}" for place, name in enumerate(names)}
    return {"type": kind, "kwargs": _renamed(kwargs, numbered), "severity": expectation["severity"]}


def _new_stack(question: Mapping[str, Any], name: str, width: int) -> _Stack:
    columns = {f"c{place}": f"{name}c{place}" for place in range(width)}
    is_about_rows = question["type"] == _ROW_COUNT
    kwargs = _renamed(question["kwargs"], columns)
    expectation = {**question, "kwargs": kwargs, "meta": {"check": name}}
    if is_about_rows:
        expectation |= {"type": _BETWEEN, "kwargs": kwargs | {"column": columns["c0"]}}
    return _Stack(expectation, {column: [] for column in columns.values()}, is_about_rows=is_about_rows)


def _renamed(words: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The kwargs, or a row condition in them, with other names for the columns."""
    renamed: dict[str, Any] = {}
    for key, value in words.items():
        if key == "column":
            renamed[key] = names[value] if isinstance(value, str) else {**value, "name": names[value["name"]]}
        elif key == "row_condition":
            renamed[key] = _renamed(value, names)
        elif key == "conditions":
            renamed[key] = [_renamed(each, names) for each in value]
        else:
            renamed[key] = value
    return renamed


def _failures(stack: _Stack, result: Mapping[str, Any]) -> list[tuple[int, Failure]]:
    rows = sorted(int(index["row"]) for index in result.get("unexpected_index_list") or ())
    failures = list(stack.failures(rows))
    if not failures:
        raise SuiteError(f"{stack}: failed for no row: a frame of ours is wrong")
    return failures


def _raise_if_crashed(stack: _Stack, info: Mapping[str, Any] | None) -> None:
    """`exception_info` is flat or keyed by metric id."""
    parts = [info, *info.values()] if info else []
    for part in parts:
        if isinstance(part, Mapping) and part.get("raised_exception"):
            raise SuiteError(f"{stack}: a check crashed: {part.get('exception_message')}")


class _Context:
    """GX's ephemeral context: one a process, importing GX costs seconds."""

    def __init__(self) -> None:
        import great_expectations as gx

        logging.getLogger("great_expectations").setLevel(logging.WARNING)  # at INFO it tells every metric
        self._gx = gx
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
        asset = self._context.data_sources.add_pandas("xanh").add_dataframe_asset("rows")
        self._batches = asset.add_batch_definition_whole_dataframe("all")

    def load(self, name: str, expectations: Sequence[Mapping[str, Any]], checks: Sequence[str]) -> Any:
        """GX logs and drops what it does not know, and its add_expectation merges what differs only in meta: count."""
        wanted: list[Any] = [dict(expectation) for expectation in expectations]
        suite = self._gx.ExpectationSuite(name=name, expectations=wanted)
        names = [str((expectation.meta or {}).get("check")) for expectation in suite.expectations]
        if sorted(names) != sorted(checks):
            lost = sorted(set(checks) - set(names))
            raise SuiteError(f"suite {name}: GX took {len(names)} of {len(checks)} expectations; lost: {lost}")
        return suite.expectations

    def run(self, stacks: Sequence[_Stack]) -> list[Any]:
        """GX's result of each stack. Raises SuiteError when there are more or fewer."""
        expectations = [stack.expectation for stack in stacks]
        names = [str(each["meta"]["check"]) for each in expectations]
        suite = self._gx.ExpectationSuite(name="batch", expectations=self.load("batch", expectations, names))
        batch = self._batches.get_batch(batch_parameters={"dataframe": _frame(stacks)})
        form = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]}
        found: list[Any] = batch.validate(suite, result_format=form).results
        results = {one.expectation_config.meta["check"]: one for one in found}
        if sorted(results) != sorted(names):
            raise SuiteError(f"GX ran {len(results)} of {len(names)} expectations")
        return [results[name] for name in names]


@lru_cache(maxsize=1)
def _context() -> _Context:
    return _Context()


def _frame(stacks: Sequence[_Stack]) -> pd.DataFrame:
    """The columns of all stacks side by side, `row` numbers them."""
    import pandas as pd

    height = max((stack.height for stack in stacks), default=0)
    data: dict[str, Any] = {"row": range(height)}
    for stack in stacks:
        for column, values in stack.columns.items():
            data[column] = pd.Series([*values, *[stack.filling] * (height - len(values))], dtype="object")
    return pd.DataFrame(data)
