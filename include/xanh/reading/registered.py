"""What a row says about its item against what the register says: place, kind, numbers. The file counts; this only asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from xanh.catalog import Catalog
from xanh.catalog.codelists import FACTS, Area
from xanh.catalog.forms import FormTable
from xanh.language.spoken import spoken_number
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

    def compare_facts(self, row: BodyRow, code: str | None, said: Mapping[str, object]) -> None:
        """Asks where a number (`said`: by column, in the unit of its measure) lies further from the register's than the form lets it."""
        item = self._catalog.items.get(code) if code is not None else None
        for fact in (fact for rule in self._table.rows.items for fact in rule.facts):
            registered = getattr(item, fact.attribute, None)
            stated, cell = said.get(fact.column), row.cells.get(fact.column)
            if item is None or registered is None or cell is None or not isinstance(stated, Decimal):
                continue
            if abs(stated - registered) > registered * fact.tolerance:
                unit, amounts = FACTS[fact.attribute], (spoken_number(registered), spoken_number(stated))
                self._report("W34", cell, row, item.name_vi, amounts[0], stated=amounts[1], unit=unit)

    def _gives(self, kind: Cell, column: str, row: BodyRow) -> list[bool]:
        """Which observations the row gives with that kind."""
        stated = replace(row, cells={**row.cells, column: kind})
        return [
            all(holds(self._catalog, each, stated) for each in emission.when if each.column == column)
            for emission in self._table.observations
        ]

    def _report(self, rule: str, cell: Cell, row: BodyRow, name: str, registered: str, **more: str) -> None:
        words = {"label": row.label.strip(), "name": name, "registered": registered, "together": cell.address}
        self._findings.add(rule, self._sheet, cell, clean(cell.text), **words, **more)
