"""Runs suites in Great Expectations, in one context a process: all suites of a batch in one run, each question once.

GX spends some 10 ms on an expectation, however few its rows are. Expectations that differ in nothing but their column and
their severity are therefore one question, asked about each different value of all these columns (docs/decisions/0060, 0104).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xanh.validation.lean import great_expectations
from xanh.validation.suites import Check, Failure, Suite, SuiteError

if TYPE_CHECKING:
    import pandas as pd

Rows = Sequence[Mapping[str, Any]]
_ROW_COUNT = "expect_table_row_count_to_be_between"
_BETWEEN = "expect_column_values_to_be_between"
_NOT_NULL = "expect_column_values_to_not_be_null"
_REGEX = "expect_column_values_to_match_regex"
_BY_VALUE = {_BETWEEN, "expect_column_values_to_be_in_set", "expect_column_values_to_be_null", _REGEX, _NOT_NULL}
"""Expectations that judge each value by itself, and equal ones alike; how many rows a frame has is judged as a value."""
_WHETHER = {"result_format": "BOOLEAN_ONLY"}
_WHERE = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]}
"""Costs twice as much: only asked of what failed."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A check that asks a question, and the rows and the column that it asks about."""

    frame: int
    check: Check
    column: str | None
    """None: how many rows there are."""
    rows: Rows


@dataclass
class _Question:
    """What checks ask of values, whatever their column is called; each different value is judged once."""

    name: str
    """Of the column in the frame that GX looks at."""
    expectation: Mapping[str, Any]
    asked: list[_Asked] = field(default_factory=list)
    values: dict[Any, None] = field(default_factory=dict)
    """In the order of GX's rows."""

    @property
    def filling(self) -> object:
        """What passes the expectation where the frame has more rows than the question has values."""
        return True if self.expectation["type"] == _NOT_NULL else None

    def add(self, asked: _Asked) -> None:
        """Takes up the values of one more check."""
        self.asked.append(asked)
        self.values.update(dict.fromkeys(self._values_of(asked)))

    def failures(self, places: Collection[int]) -> Iterator[tuple[int, Failure]]:
        """The checks that the values at these places break, each with the number of its frame."""
        wrong = {value for place, value in enumerate(self.values) if place in places}
        for asked in self.asked:
            broken = tuple(row for row, value in enumerate(self._values_of(asked)) if value in wrong)
            if broken:
                yield asked.frame, Failure(asked.check, broken if asked.column is not None else ())

    def _values_of(self, asked: _Asked) -> list[Any]:
        if asked.column is None:
            return [len(asked.rows)]
        values = [row.get(asked.column) for row in asked.rows]
        if self.expectation["type"] == _REGEX:  # judges the text: 1 and 1.0 are equal and read otherwise
            return [None if value is None else str(value) for value in values]
        return values

    def __str__(self) -> str:
        return ", ".join(asked.check.check for asked in self.asked)


def run(suite: Suite, rows: Rows) -> tuple[Failure, ...]:
    """The checks of the suite that `rows` break, in the order of the suite; row numbers are positions in `rows`."""
    return run_all([(suite, rows)])[0]


def run_all(frames: Sequence[tuple[Suite, Rows]]) -> list[tuple[Failure, ...]]:
    """For each suite with its rows, the checks that they break.

    Only the columns that the suites read reach GX. Raises SuiteError when a check crashed or GX did not take or run all.
    """
    questions = _questions(frames)
    found: list[dict[str, Failure]] = [{} for _ in frames]
    for question, places in zip(questions, _context().wrong(questions), strict=True):
        for frame, failure in question.failures(places):
            found[frame][failure.check.check] = failure
    return [
        tuple(broken[name] for name in suite.checks if name in broken)
        for (suite, _), broken in zip(frames, found, strict=True)
    ]


def load_all(suites: Mapping[str, Suite]) -> int:
    """Lets GX take every suite as it is written; the number of expectations. Raises SuiteError when one is lost."""
    return sum(
        len(_context().load(suite.name, suite.raw["expectations"], list(suite.checks)).expectations)
        for suite in suites.values()
    )


def _questions(frames: Sequence[tuple[Suite, Rows]]) -> list[_Question]:
    questions: dict[str, _Question] = {}
    for number, (suite, rows) in enumerate(frames):
        for check, expectation in zip(suite.checks.values(), suite.raw["expectations"], strict=True):
            kind, kwargs = expectation["type"], dict(expectation["kwargs"])
            if kind not in _BY_VALUE and kind != _ROW_COUNT:
                raise SuiteError(f"{suite.path}: {check.check}: {kind} is no check of single values that is known here")
            column = kwargs.pop("column", None)
            key = json.dumps([kind, kwargs], sort_keys=True)
            question = questions.setdefault(key, _question(kind, kwargs, f"v{len(questions)}"))
            question.add(_Asked(number, check, column, rows))
    return list(questions.values())


def _question(kind: str, kwargs: Mapping[str, Any], name: str) -> _Question:
    judged = _BETWEEN if kind == _ROW_COUNT else kind
    return _Question(name, {"type": judged, "kwargs": {"column": name, **kwargs}, "meta": {"check": name}})


class _Context:
    """GX's ephemeral context: one a process, importing GX costs seconds."""

    def __init__(self) -> None:
        gx = great_expectations()
        logging.getLogger("great_expectations").setLevel(logging.WARNING)  # at INFO it tells every metric
        self._gx = gx
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False}
        asset = self._context.data_sources.add_pandas("xanh").add_dataframe_asset("rows")
        self._batches = asset.add_batch_definition_whole_dataframe("all")

    def load(self, name: str, expectations: Sequence[Mapping[str, Any]], checks: Sequence[str]) -> Any:
        """A suite. GX logs and drops what it does not know, and its add_expectation merges what differs only in meta: count."""
        wanted: list[Any] = [dict(expectation) for expectation in expectations]
        suite = self._gx.ExpectationSuite(name=name, expectations=wanted)
        names = [str((expectation.meta or {}).get("check")) for expectation in suite.expectations]
        if sorted(names) != sorted(checks):
            lost = sorted(set(checks) - set(names))
            raise SuiteError(f"suite {name}: GX took {len(names)} of {len(checks)} expectations; lost: {lost}")
        return suite

    def wrong(self, questions: Sequence[_Question]) -> list[frozenset[int]]:
        """The places of the values of each question that fail: asked whether, and where some do, which.

        Raises SuiteError when GX takes or answers more or fewer questions, or a check crashes.
        """
        whether = self._answers(questions, _WHETHER)
        failed = [question for question in questions if not whether[question.name].success]
        where = self._answers(failed, _WHERE)
        return [_places(each, where[each.name].result) if each.name in where else frozenset() for each in questions]

    def _answers(self, questions: Sequence[_Question], form: Mapping[str, Any]) -> dict[str, Any]:
        """GX's result of each question by its name."""
        if not questions:
            return {}
        asked = {question.name: question for question in questions}
        suite = self.load("batch", [question.expectation for question in questions], list(asked))
        batch = self._batches.get_batch(batch_parameters={"dataframe": _frame(questions)})
        found: list[Any] = batch.validate(suite, result_format=dict(form)).results
        answers = {one.expectation_config.meta["check"]: one for one in found}
        if answers.keys() != asked.keys() or len(found) != len(asked):
            raise SuiteError(f"GX ran {len(found)} of {len(asked)} expectations")
        for name, answer in answers.items():
            _raise_if_crashed(asked[name], answer.exception_info)
        return answers


@lru_cache(maxsize=1)
def _context() -> _Context:
    return _Context()


def _raise_if_crashed(question: _Question, info: Mapping[str, Any] | None) -> None:
    """`exception_info` is flat or keyed by metric id."""
    parts = [info, *info.values()] if info else []
    for part in parts:
        if isinstance(part, Mapping) and part.get("raised_exception"):
            raise SuiteError(f"{question}: a check crashed: {part.get('exception_message')}")


def _places(question: _Question, result: Mapping[str, Any]) -> frozenset[int]:
    places = frozenset(int(index["row"]) for index in result.get("unexpected_index_list") or ())
    if not places or max(places) >= len(question.values):
        raise SuiteError(f"{question}: failed for no value: a frame of ours is wrong")
    return places


def _frame(questions: Sequence[_Question]) -> pd.DataFrame:
    """The values of all questions side by side, `row` numbers them."""
    import pandas as pd

    height = max(len(question.values) for question in questions)
    data: dict[str, Any] = {"row": range(height)}
    for question in questions:
        filling = [question.filling] * (height - len(question.values))
        data[question.name] = pd.Series([*question.values, *filling], dtype="object")
    return pd.DataFrame(data)
