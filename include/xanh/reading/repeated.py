"""Rows and columns whose numbers are all those of another one: a block that was copied and not written over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from math import log10

from xanh.catalog.forms import FormTable
from xanh.language.exact import telling_digits
from xanh.reading.grid import may_be_year
from xanh.reading.labels import named
from xanh.reading.rows import Body, BodyRow
from xanh.reading.values import ColumnValues

_LEAST, _SURE = 5, 3
"""Significant digits that two rows must share: at least, and beyond as many as make a like pair likely among all pairs. ASSUMED."""
_COLUMN_NUMBERS, _COLUMN_DIGITS = 3, 8
"""Different numbers, and digits of those numbers, from which two like columns are no chance. ASSUMED."""


def repeated_rows(
    table: FormTable, values: Mapping[str, ColumnValues], body: Body
) -> Iterator[tuple[BodyRow, BodyRow]]:
    """Rows with the numbers of an earlier row in every column that gives observations, and that row.

    None in tables that observe their totals: a row may be all that the row above it consists of.
    """
    if table.rows.totals == "observe":
        return
    rows = [row for row in body.rows if row.kind == "item"]
    needed = max(_LEAST, _SURE + log10(max(len(rows) * (len(rows) - 1) // 2, 1)))
    first: dict[frozenset[tuple[str, Decimal]], BodyRow] = {}
    observed = values.keys() & {code for emission in table.observations for code in emission.columns}
    for row in rows:
        numbers = {code: number for code in observed if (number := _number(values, row, code))}
        earlier = first.setdefault(frozenset(numbers.items()), row)
        is_other = earlier is not row and named(table, earlier) != named(table, row)
        if is_other and _digits(set(numbers.values())) >= needed:
            yield row, earlier


def repeated_columns(table: FormTable, values: Mapping[str, ColumnValues], body: Body) -> Iterator[tuple[str, str]]:
    """Columns with the numbers of an earlier one in every row that has both, and that one; of those that the catalogue calls unlike."""
    rows = [row for row in body.rows if row.kind == "item"]
    for group in table.unlike:
        columns = {code: [_number(values, row, code) for row in rows] for code in group if code in values}
        for earlier, code in combinations(columns, 2):
            pairs = zip(columns[earlier], columns[code], strict=True)
            both = [(one, other) for one, other in pairs if one is not None and other is not None]
            numbers = {one for one, _ in both if one}
            is_like = all(one == other for one, other in both)
            if is_like and len(numbers) >= _COLUMN_NUMBERS and _digits(numbers) >= _COLUMN_DIGITS:
                yield code, earlier


def _number(values: Mapping[str, ColumnValues], row: BodyRow, code: str) -> Decimal | None:
    reader = values[code]
    if reader.column.role not in ("number", "number_or_text") or code not in row.cells:
        return None
    return reader.read(row.cells[code]).number


def _digits(numbers: Iterable[Decimal]) -> int:
    """How many digits the numbers have that say something: 1,200 has two, and a number that may be a year has none."""
    return sum(telling_digits(number) for number in numbers if not may_be_year(number))
