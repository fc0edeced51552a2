"""Compares what the library reads in the office's workbooks with the oracle, value by value, and names differences."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from xanh.language.text import plain
from xanh.model import Observation, Reading

COLUMNS = {
    "products": {"Total-Pre-Month": "previous", "E-Total-M": "month", "Total-YTD": "to_date"},
    "retail": {"Pre-M": "previous", "E-M": "month", "YTD": "to_date"},
    "iip": {"YOY-Pre-Month": "previous_yoy", "MOM": "mom", "E-YOY": "yoy", "YTD-YOY": "to_date_yoy"},
}
LABEL = {"products": "Ngành", "retail": "Phân Loại", "iip": "Ngành"}
FORMS = {"products": "NSO-PRODUCTS", "retail": "NSO-RETAIL", "iip": "NSO-IIP"}


@dataclass(frozen=True, order=True)
class Difference:
    """One value of the oracle that is not where and what the library reads."""

    month: str
    table: str
    label: str
    column: str
    kind: str
    """renamed: the same value under another label. value: the label is there, its value is another. absent: neither."""


def column_of(o: Observation, table: str, month: str) -> str | None:
    """The oracle's column that an observation answers to."""
    is_month = o.period.code == month
    if table == "iip":
        if o.measure == "nso_iip_ytd_yoy" or o.flow == "ytd":
            return "to_date_yoy" if o.period.end.strftime("%Y-%m") == month else None
        if o.measure == "nso_iip_mom":
            return "mom" if is_month else None
        return "yoy" if is_month else "previous_yoy"
    if o.flow == "ytd":
        return "to_date" if o.period.end.strftime("%Y-%m") == month else None
    return "month" if is_month else "previous"


def differences(reading: Reading, table: str, month: str, oracle: Iterable[dict[str, str]]) -> list[Difference]:
    """Every difference between one workbook's table and the oracle's rows of its month."""
    ours: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for o in reading.observations:
        column = column_of(o, table, month) if o.form == FORMS[table] else None
        if column and o.source_value and o.value is not None:
            ours[column][plain(o.source_label)].append(float(o.source_value))
    found = []
    for line in oracle:
        for name, column in COLUMNS[table].items():
            if not line[name] or (month.endswith("-01") and column.startswith("to_date")):
                continue
            expected = float(line[name]) + (100 if table == "iip" else 0)
            kind = _kind(ours[column], plain(line[LABEL[table]]), expected)
            if kind:
                found.append(Difference(month, table, line[LABEL[table]], column, kind))
    return sorted(found)


def _kind(values: dict[str, list[float]], label: str, expected: float) -> str | None:
    if any(_equal(value, expected) for value in values.get(label, ())):
        return None
    if any(_equal(value, expected) for several in values.values() for value in several):
        return "renamed"
    return "value" if label in values else "absent"


def _equal(one: float, two: float) -> bool:
    return math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-9)
