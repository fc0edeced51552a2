"""What a row is about: the line of the form, the item of a register, and the area in the geography of the period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from xanh.catalog import Catalog
from xanh.catalog.codelists import Area
from xanh.catalog.forms import AreaRule, FormTable, ItemRule, Line
from xanh.codes import areas, items
from xanh.language.text import clean, fold, plain
from xanh.model import Cell, Period, column_letters
from xanh.reading.alike import nearest_line
from xanh.reading.conditions import holds
from xanh.reading.findings import Findings
from xanh.reading.labels import label_keys, lookup, unmarked, without_unit
from xanh.reading.observe import RowKey
from xanh.reading.registered import Registered
from xanh.reading.rows import BodyRow, Places


class Keys:
    """Finds the key of each row of one table, and reports what it cannot resolve and what it took for something else."""

    def __init__(
        self,
        catalog: Catalog,
        table: FormTable,
        places: Places,
        period: Period,
        heading_area: Area | None,
        sheet: str,
        findings: Findings,
    ) -> None:
        self._places = places
        self._catalog, self._table, self._period = catalog, table, period
        self._heading_area, self._sheet, self._findings = heading_area, sheet, findings
        self._lines = {key: line for line in table.rows.lines for label in line.labels for key in label_keys(label)}
        self._known = {key for label in table.rows.known_labels for key in label_keys(label)}
        self._line_of: dict[str, Line | None] = {}
        self.registered = Registered(catalog, table, sheet, findings)

    def is_informative(self, label: str) -> bool:
        """Whether the form prints the row without wanting its values."""
        line = self.line(label)
        return lookup(label) in self._known or (line is not None and line.measure is None)

    def is_known(self, label: str) -> bool:
        """Whether the label is a row of the form: a line, an item of a register or an area of the period."""
        if self.line(label) is not None or lookup(label) in self._known:
            return True
        if self._table.rows.lines:
            return False
        registers = [
            rule.item_register for rule in self._table.rows.items if rule.item_register and rule.unknown == "warning"
        ]
        if any(
            items.resolve(self._catalog, register, without_unit(self._catalog, label)).kind == "match"
            for register in registers
        ):
            return True
        takes_places = any(
            rule.source == "column" and rule.column == self._table.rows.label for rule in self._table.rows.areas
        )
        return takes_places and areas.resolve(self._catalog, clean(label), self._period).kind != "unknown"

    def identity(self, label: str) -> object | None:
        """What a row of that label would be about; None where the form has no such row."""
        line = self.line(label)
        if line is not None or self._table.rows.lines:
            return line.code if line is not None else None
        name = without_unit(self._catalog, label)
        for rule in self._table.rows.items:
            if rule.item_register and rule.column == self._table.rows.label:
                match = items.resolve(self._catalog, rule.item_register, name)
                if match.kind == "match" and match.item is not None:
                    return match.item.code
        if any(rule.source == "column" and rule.column == self._table.rows.label for rule in self._table.rows.areas):
            area = areas.resolve(self._catalog, clean(label), self._period).area
            return area.key if area is not None else None
        return None

    def line(self, label: str) -> Line | None:
        """The line of the form with that label."""
        if label not in self._line_of:
            keys = (*label_keys(label), *label_keys(unmarked(label))) if self._lines else ()
            self._line_of[label] = next((line for key in keys if (line := self._lines.get(key))), None)
        return self._line_of[label]

    def key_of(self, row: BodyRow) -> RowKey | None:
        """The key of an item row; None, with a finding, where the row is not one of the form."""
        line = self.line(row.label) if self._table.rows.lines else None
        if self._table.rows.lines and line is None:
            if lookup(row.label) not in self._known and self._table.rows.other_labels == "warning":
                near = nearest_line(self._table.rows.lines, row.label)
                self._findings.add("G13", self._sheet, row.label_cell, label=row.label.strip(), suggestion=near)
            return None
        found = self._item(row)
        if found is False:
            return None
        code, name, measure, unit, at = found or (None, None, None, None, None)
        area = self._area(row, at)
        if area is False:
            return None
        if code is not None and name is not None:
            self.registered.compare(row, code, name, area, at)
        return RowKey(line, code, name, measure, unit, area.key if area else None, area.valid_from if area else None)

    def _item(self, row: BodyRow) -> tuple[str, str, str | None, str | None, str | None] | Literal[False] | None:
        """Code, name, measure, unit and area of the row's item; None for rows without one, False for an unknown one."""
        rule = next(
            (rule for rule in self._table.rows.items if all(holds(self._catalog, c, row) for c in rule.when)), None
        )
        if rule is None or rule.column is None:
            return None
        if rule.column == self._table.rows.label and not row.label.strip():
            return False
        cell = row.cells.get(rule.column) or (row.label_cell if rule.column == self._table.rows.label else None)
        text = without_unit(
            self._catalog, row.label if rule.column == self._table.rows.label else cell.text if cell else ""
        )
        if lookup(text) in self._known:
            return False
        item = self._resolved(rule, row, cell, text)
        if item is None:
            return False
        code, name, measure, unit, at = item
        if rule.suffix:
            suffix = row.cells.get(rule.suffix)
            name, code = self._with_suffix(rule, name, code, clean(suffix.text) if suffix else "")
        return code, name, measure, unit, at

    def _resolved(
        self, rule: ItemRule, row: BodyRow, cell: Cell | None, text: str
    ) -> tuple[str, str, str | None, str | None, str | None] | None:
        if rule.item_register is None:
            return (plain(text).replace(" ", "-"), text, None, None, None) if text else None
        key = row.cells.get(rule.key).text.strip() if rule.key and row.cells.get(rule.key) else None  # type: ignore[union-attr]
        match = self._matched(rule.item_register, text, key)
        if match.kind == "match" and match.item is not None:
            if match.how not in ("name", None) and fold(text) != fold(match.item.name_vi) and text:
                self._findings.add("I03", self._sheet, cell, text, label=text, name=match.item.name_vi)
            return (
                match.item.code,
                match.item.name_vi,
                match.item.measure,
                match.item.unit,
                self._catalog.area_of(match.item, self._period.end),
            )
        if rule.unknown == "accept" and match.kind == "unknown":
            return plain(text).replace(" ", "-"), text, None, None, None
        if match.kind == "contradiction":
            names = [candidate.name_vi for candidate in match.candidates]
            self._findings.add("R20", self._sheet, cell, text, label=text, key=key or "", names=names)
            return None
        suggestion = match.suggestion.name_vi if match.suggestion else ""
        shown = f"{text} ({key})" if key else text
        self._findings.add("G13", self._sheet, cell or row.label_cell, text, label=shown, suggestion=suggestion)
        return None

    def _matched(self, register: str, text: str, key: str | None) -> items.ItemMatch:
        """By tax code where the register has them, by the code of the register elsewhere, then by name."""
        if key is None:
            return items.resolve(self._catalog, register, text)
        if any(item.tax_code for item in self._catalog.items_of(register)):
            return items.resolve(self._catalog, register, text, tax_code=key)
        by_key = items.resolve(self._catalog, register, key)
        by_name = items.resolve(self._catalog, register, text) if text else by_key
        if by_key.item is not None and by_name.item is not None and by_key.item is not by_name.item:
            return items.ItemMatch("contradiction", candidates=(by_name.item, by_key.item))
        return by_key if by_key.kind == "match" else by_name

    def _with_suffix(self, rule: ItemRule, name: str, code: str, suffix: str) -> tuple[str, str]:
        label, tail = suffix, plain(suffix).replace(" ", "-")
        if rule.suffix_register:
            match = items.resolve(self._catalog, rule.suffix_register, suffix)
            if match.item is not None:
                label, tail = match.item.name_vi, match.item.code
        return f"{name} | {label}", f"{code}|{tail}"

    def _area(self, row: BodyRow, item_area: str | None) -> Area | Literal[False] | None:
        """The area of the row; None where the form has none, False, with a finding, where it does not resolve."""
        rule = next((r for r in self._table.rows.areas if self._applies(r, row)), None)
        if rule is None or rule.source == "none":
            return None
        if rule.source == "form":
            return self._catalog.areas[rule.area] if rule.area else None
        if rule.source == "heading":
            return self._heading_area if self._heading_area is not None else False
        printed = self._printed(rule, rule.column, row) if rule.column else None
        if rule.source == "column":
            return printed if printed is not None else False
        if rule.column and printed is None:
            return False
        if item_area is None:
            self._findings.add("R21", self._sheet, row.label_cell, label=row.label, period=self._period.code)
            return False
        return self._catalog.areas[item_area]

    def _report_no_place(self, row: BodyRow, column: str) -> None:
        """A row without its place; one without any name is reported as that."""
        if column != self._table.rows.label:
            place = self._places.columns.get(column)
            at = f"{column_letters(place)}{row.number}" if place else row.label_cell
            self._findings.add("R23", self._sheet, at, "", label=row.label.strip())

    def _applies(self, rule: AreaRule, row: BodyRow) -> bool:
        return rule.is_valid_on(self._period.end) and all(
            holds(self._catalog, condition, row) for condition in rule.when
        )

    def _still_a_place(self, text: str, cell: Cell | None, label: str) -> Area | None:
        """Any area of the period that bears the name; which one does not matter, as the register says where the item stands."""
        match = areas.resolve(self._catalog, text, self._period)
        if match.kind in ("match", "ambiguous"):
            return match.area or match.candidates[0]
        return resolve_area(self._catalog, text, self._period, (), self._findings, self._sheet, cell, label)

    def _printed(self, rule: AreaRule, column: str, row: BodyRow) -> Area | None:
        cell = row.cells.get(column)
        if cell is None and column == self._table.rows.label:
            cell = row.label_cell
        text = without_unit(self._catalog, cell.text) if cell is not None else ""
        if not text:
            self._report_no_place(row, column)
            return None
        if rule.source == "item":
            return self._still_a_place(text, cell or row.label_cell, row.label)
        return resolve_area(
            self._catalog,
            text,
            self._period,
            rule.levels,
            self._findings,
            self._sheet,
            cell or row.label_cell,
            row.label,
        )


def resolve_area(
    catalog: Catalog,
    text: str,
    period: Period,
    levels: Sequence[str],
    findings: Findings,
    sheet: str,
    cell: Cell | None,
    label: str,
) -> Area | None:
    """The area that a printed name means in the period; None with the finding that says why not."""
    match = areas.resolve(catalog, text, period, levels=tuple(levels) or None)  # type: ignore[arg-type]
    if match.kind == "match" and match.area is not None:
        if match.how == "alias":
            findings.add("I04", sheet, cell, text, label=text, name=match.area.name_vi)
        return match.area
    if match.is_old_district or (
        match.kind == "wrong_vintage" and match.area is not None and match.area.level == "commune"
    ):
        rule = "G08" if match.is_old_district else "G07"
        successors = [area.name_vi for area in match.candidates]
        findings.add(
            rule,
            sheet,
            cell,
            text,
            label=text,
            period=period.code,
            suggestion=", ".join(successors[:8]) if successors else "",
        )
        return None
    names = [area.name_vi for area in match.candidates]
    suggestion = match.suggestion.name_vi if match.suggestion else ", ".join(names)
    findings.add("G07", sheet, cell, text, label=text or label, period=period.code, suggestion=suggestion)
    return None
