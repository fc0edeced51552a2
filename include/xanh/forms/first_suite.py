"""The first suite of a form: what holds for the numbers of any table. What its columns say of each other a person adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xanh.catalog.forms import Form, FormTable


def first_suites(form: Form) -> dict[str, dict[str, Any]]:
    """A suite a table of the newest edition, by its name in expectations/: no empty table, no negative number, and totals that are
    the sum of their rows (0.5 %)."""
    tables = form.layouts[-1].tables
    names = [form.code] if len(tables) == 1 else [f"{form.code}-{table.code.upper()}" for table in tables]
    return {name: _suite(name, form, table) for name, table in zip(names, tables, strict=True)}


def _suite(name: str, form: Form, table: FormTable) -> dict[str, Any]:
    numbers = [column.code for column in table.columns if column.role == "number"]
    has_total = table.rows.totals == "check" and not table.rows.lines  # printed lines have a measure and a unit each
    derived = _derived(numbers, has_total=has_total)
    return {
        "name": name,
        "meta": {
            "title": f"{form.code}: one row of the frame is a row of the table {table.code} or its total",
            "form": form.code,
            "table": None if len(form.layouts[-1].tables) == 1 else table.code,
            "derived": derived,
        },
        "expectations": list(_expectations(name, derived)),
    }


def _derived(numbers: Sequence[str], *, has_total: bool) -> dict[str, str]:
    if not numbers:
        return {}
    negative = ", ".join(f"'{code}', {code} < 0" for code in numbers)
    derived = {"is_item": "row_kind != 'total'", "negative": f"named({negative}) if is_item else None"}
    for code in numbers if has_total else ():
        derived[f"sum_{code}"] = f"sum_item({code})"
        derived[f"is_total_low_{code}"] = f"(sum_{code} - {code}) * 1000 > 5 * sum_{code}"
        derived[f"is_total_high_{code}"] = (
            f"({code} - sum_{code}) * 1000 > 5 * sum_{code} and count_item(is_null({code})) == 0"
        )
    if has_total:
        off = ", ".join(f"'{code}', is_total_low_{code} or is_total_high_{code}" for code in numbers)
        derived["total_off"] = f"named({off}) if row_kind == 'total' else None"
    return derived


def _expectations(name: str, derived: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    yield {
        "type": "expect_table_row_count_to_be_between",
        "kwargs": {"min_value": 1},
        "severity": "critical",
        "meta": {"check": f"{name}.rows", "rule_id": "OBS-EMPTY"},
    }
    if "negative" in derived:
        yield _is_null(name, "negative", "critical", "negative", {"rule_id": "G05"})
    if "total_off" in derived:
        words = {"total": "{cell}", "sum": "sum_{cell}"}
        yield _is_null(name, "total_off", "warning", "total", {"rule_id": "G12", "params": words, "scope": "column"})


def _is_null(name: str, column: str, severity: str, check: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """A check that a derived column, which lists the columns to mark, is empty in each row."""
    return {
        "type": "expect_column_values_to_be_null",
        "kwargs": {"column": column},
        "severity": severity,
        "meta": {"check": f"{name}.{check}", **words, "cell": f"={column}"},
    }
