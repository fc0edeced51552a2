"""Whether somebody filled the form in: a value in a row and column that the form wants, not only in rows that it prints besides."""

from __future__ import annotations

from collections.abc import Mapping

from xanh.catalog.forms import Emission, FormTable
from xanh.model import Cell
from xanh.reading.keys import Keys
from xanh.reading.observe import Observer, RowKey
from xanh.reading.rows import BodyRow
from xanh.reading.values import ColumnValues


class Filled:
    """Looks at the item rows of one table."""

    def __init__(self, table: FormTable, values: Mapping[str, ColumnValues], keys: Keys, observer: Observer) -> None:
        self._table, self._values, self._keys, self._observer = table, values, keys, observer
        every = {code for emission in table.observations for code in emission.columns}
        self._wanted = (
            set(table.rows.filled) or every - {table.rows.label} or every
        )  # a mere list is filled by its names

    def says_something(self, row: BodyRow, key: RowKey | None) -> bool:
        """Whether the row holds a value that the form wants. A row whose key is not understood holds what stands in it."""
        if self._keys.is_informative(row.label):
            return False
        return any(
            self._stands(emission, row) and (key is None or self._is_wanted(emission, row, key))
            for emission in self._table.observations
        )

    def _stands(self, emission: Emission, row: BodyRow) -> bool:
        return not all(self._is_silent(code, row.cells.get(code)) for code in set(emission.columns) & self._wanted)

    def _is_silent(self, code: str, cell: Cell | None) -> bool:
        return cell is None or (code in self._values and self._values[code].read(cell).kind in ("blank", "missing"))

    def _is_wanted(self, emission: Emission, row: BodyRow, key: RowKey) -> bool:
        return self._observer.measure(emission, key) is None or self._observer.applies(emission, row, key)
