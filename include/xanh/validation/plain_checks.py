"""The few kinds of expectations that the suites use, without Great Expectations: for a dry run, where its import costs seconds.

What is loaded always passes Great Expectations itself. A test holds both against each other on every check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xanh.validation.suites import Failure, Suite

Row = Mapping[str, Any]
Test = Callable[[Any], bool]


class UnknownExpectation(LookupError):
    """A suite uses a kind of expectation that only Great Expectations knows."""


def run_plainly(suite: Suite, rows: Sequence[Row]) -> tuple[Failure, ...]:
    """The checks of the suite that `rows` break, as xanh.validation.engine.run finds them."""
    found = []
    for check, expectation in zip(suite.checks.values(), suite.raw["expectations"], strict=True):
        broken = failing_rows(expectation, rows)
        if broken is not None:
            found.append(Failure(check, broken))
    return tuple(found)


def failing_rows(expectation: Mapping[str, Any], rows: Sequence[Row]) -> tuple[int, ...] | None:
    """The positions of the rows that break the expectation; None when all is well.

    An empty tuple is a failure of the whole frame. Raises UnknownExpectation for other kinds.
    """
    kind, kwargs = expectation["type"], expectation["kwargs"]
    if kind == "expect_table_row_count_to_be_between":
        return None if len(rows) >= kwargs["min_value"] else ()
    column, test = kwargs["column"], _test(kind, kwargs)
    is_about_null = kind.endswith("null")
    broken = tuple(
        number
        for number, row in enumerate(rows)
        if (is_about_null or row.get(column) is not None) and not test(row.get(column))
    )
    return broken or None


def _test(kind: str, kwargs: Mapping[str, Any]) -> Test:
    match kind:
        case "expect_column_values_to_be_between":
            low, high = kwargs.get("min_value"), kwargs.get("max_value")
            return lambda value: (low is None or value >= low) and (high is None or value <= high)
        case "expect_column_values_to_be_in_set":
            allowed = kwargs["value_set"]
            return lambda value: value in allowed
        case "expect_column_values_to_match_regex":
            pattern = re.compile(kwargs["regex"])
            return lambda value: pattern.search(str(value)) is not None
        case "expect_column_values_to_be_null":
            return lambda value: value is None
        case "expect_column_values_to_not_be_null":
            return lambda value: value is not None
    raise UnknownExpectation(kind)
