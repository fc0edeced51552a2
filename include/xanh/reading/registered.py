"""What a row says about its item against what the register says: another place, another kind. The file counts; this only asks."""

from __future__ import annotations

from dataclasses import replace

from xanh.catalog import Catalog
from xanh.catalog.codelists import Area
from xanh.catalog.forms import FormTable
from xanh.language.text import clean
from xanh.model import Cell
from xanh.reading.conditions import holds
from xanh.reading.findings import Findings
from xanh.reading.rows import BodyRow


class Registered:
    """Compares the rows of one table with the registers of their items."""

    def __init__(self, catalog: Catalog, table: FormTable, sheet: str, findings: Findings) -> None:
        self._catalog, self._table, self._sheet, self._findings = catalog, table, sheet, findings
        self._places = [rule.column for rule in table.rows.areas if rule.source == "column" and rule.column]

    def compare(self, row: BodyRow, code: str, name: str, area: Area | None, at: str | None) -> None:
        """Asks where the place (`at`: the key of the registered one) or the kind of the item of that code is another."""
        if area is not None and at is not None and area.key != at:
            cell = next((row.cells[each] for each in self._places if each in row.cells), None)
            if cell is not None:
                place = self._catalog.areas[at].name_vi
                self._report("W26", cell, row, name=name, registered=place)
        item = self._catalog.items.get(code)
        for rule in self._table.rows.items:
            if item is None or item.kind is None or rule.kind is None or rule.kind not in row.cells:
                continue
            cell = row.cells[rule.kind]
            if cell.text == item.kind:
                continue
            registered = cell._replace(kind="text", text=item.kind)
            if self._gives(cell, rule.kind, row) != self._gives(registered, rule.kind, row):
                self._report("W27", cell, row, name=name, registered=item.kind)

    def _gives(self, kind: Cell, column: str, row: BodyRow) -> list[bool]:
        """Which observations the row gives with that kind."""
        stated = replace(row, cells={**row.cells, column: kind})
        return [
            all(holds(self._catalog, each, stated) for each in emission.when if each.column == column)
            for emission in self._table.observations
        ]

    def _report(self, rule: str, cell: Cell, row: BodyRow, name: str, registered: str) -> None:
        words = {"label": row.label.strip(), "name": name, "registered": registered, "together": cell.address}
        self._findings.add(rule, self._sheet, cell, clean(cell.text), **words)
