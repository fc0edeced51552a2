"""Rows and columns whose numbers are all those of another one: a block that was copied and not written over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from math import log10

from xanh.catalog.forms import FormTable
from xanh.reading.rows import Body, BodyRow, named
from xanh.reading.values import ColumnValues

_SURE = 4
"""Significant digits that two rows share beyond as many as make one like pair likely among all pairs of the table. ASSUMED."""
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
    needed = _SURE + log10(max(len(rows) * (len(rows) - 1) // 2, 1))
    first: dict[frozenset[tuple[str, Decimal]], BodyRow] = {}
    observed = values.keys() & {code for emission in table.observations for code in emission.columns}
    for row in rows:
        numbers = {code: number for code in observed if (number := _number(values, row, code))}
        if len(numbers) < 2 or _digits(set(numbers.values())) < needed:
            continue
        earlier = first.setdefault(frozenset(numbers.items()), row)
        if named(table, earlier) != named(table, row):
            yield row, earlier


def repeated_columns(table: FormTable, values: Mapping[str, ColumnValues], body: Body) -> Iterator[tuple[str, str]]:
    """Columns with the numbers of an earlier column in every row, where the catalogue says that they are unlike; and that one."""
    rows = [row for row in body.rows if row.kind == "item"]
    for group in table.unlike:
        for earlier, code in combinations([each for each in group if each in values], 2):
            pairs = [(_number(values, row, earlier), _number(values, row, code)) for row in rows]
            numbers = {one or other for one, other in pairs} - {None, Decimal(0)}
            is_like = all((one or 0) == (other or 0) for one, other in pairs)
            if is_like and len(numbers) >= _COLUMN_NUMBERS and _digits(filter(None, numbers)) >= _COLUMN_DIGITS:
                yield code, earlier


def _number(values: Mapping[str, ColumnValues], row: BodyRow, code: str) -> Decimal | None:
    reader = values[code]
    if reader.column.role not in ("number", "number_or_text") or code not in row.cells:
        return None
    return reader.read(row.cells[code]).number


def _digits(numbers: Iterable[Decimal]) -> int:
    """How many digits the numbers have that say something: 1,200 has two."""
    return sum(len("".join(map(str, number.as_tuple().digits)).strip("0")) for number in numbers)
