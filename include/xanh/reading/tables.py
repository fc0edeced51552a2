"""One table of a form: header to places, body to rows, rows to observations and to the table that the suites check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from xanh.catalog import Catalog
from xanh.catalog.codelists import Area
from xanh.catalog.forms import AreaRule, Column, Emission, FormTable, ItemRule
from xanh.language.numbers import Locale
from xanh.language.text import clean
from xanh.model import Cell, Observation, Period, Table, column_letters
from xanh.reading.answers import Answers
from xanh.reading.conditions import text_present
from xanh.reading.counted import counted_columns
from xanh.reading.explain import explain_table
from xanh.reading.filled import Filled
from xanh.reading.findings import Findings
from xanh.reading.headings import Header
from xanh.reading.keys import Keys
from xanh.reading.measuring import Measuring
from xanh.reading.misplaced import Misplaced, merged_values, unheaded_values
from xanh.reading.observe import Observer, RowKey
from xanh.reading.parts import lone_parts, lost_lines
from xanh.reading.places import place_columns, wording
from xanh.reading.recognise import FoundSheet, FoundTable
from xanh.reading.rows import BodyRow, Places, read_body
from xanh.reading.titles import unit_line
from xanh.reading.values import ColumnValues, Value, read_columns

TableValue = Decimal | str | bool | None


@dataclass(frozen=True)
class TableReading:
    """What one table said."""

    observations: tuple[Observation, ...]
    table: Table
    explain: tuple[str, ...]
    is_empty: bool
    """No value in any column that gives observations."""


def read_table(
    catalog: Catalog,
    found: FoundSheet,
    table: FoundTable,
    period: Period,
    heading_area: Area | None,
    findings: Findings,
) -> TableReading | None:
    """The table's observations, its rows for the suites, and how it was understood. None where it cannot be read safely."""
    places = place_columns(found, table, findings)
    if places is None or table.header is None:
        return None
    return _TableReader(
        catalog, found, table.table, table.header, places, table.stop, period, heading_area, findings
    ).read()


class _TableReader:
    def __init__(
        self,
        catalog: Catalog,
        found: FoundSheet,
        table: FormTable,
        header: Header,
        places: Places,
        stop: int,
        period: Period,
        heading_area: Area | None,
        findings: Findings,
    ) -> None:
        self.catalog, self.found, self.table, self.header = catalog, found, table, header
        self.places, self.period, self.findings, self.sheet = places, period, findings, found.sheet.name
        self.keys = Keys(catalog, table, places, period, heading_area, self.sheet, findings)
        self.body = read_body(catalog, table, found.grid, header, places, stop, self.keys.is_known)
        self.headings = {
            code: header.headings[place].text for code, place in places.columns.items() if place in header.headings
        }
        self.heading_units = {
            code: unit
            for code, place in places.columns.items()
            if place in header.headings and (unit := header.headings[place].unit)
        }
        line = unit_line(catalog, found.grid, header.top, header.bottom)
        self.sheet_unit = line[0] if line else None
        self.values = self._column_values()
        stated = self.heading_units, self.sheet_unit, self.sheet, period
        is_export = found.layout.recognise.by_headings
        self.measuring = Measuring(catalog, table, places, *stated, findings, is_export=is_export)
        self.observer = Observer(
            self.catalog, found.form.code, self.sheet, period, self.values, self.measuring, self.headings
        )
        self.misplaced = Misplaced(table, self.values, places)
        self.answers = Answers(table)
        self.observed = {code for emission in table.observations for code in emission.columns}
        present = {*places.columns, table.rows.label}
        self.emissions = [each for each in table.observations if each.columns and present.issuperset(each.columns)]
        self.emission_of: dict[str, Emission] = {}
        for emission in reversed(table.observations):
            self.emission_of.update(dict.fromkeys(emission.columns, emission))

    def read(self) -> TableReading:
        self._report_body()
        self.measuring.read_rows(self.body)
        observations: list[Observation] = []
        rows: list[Mapping[str, TableValue]] = []
        addresses: list[Mapping[str, str]] = []
        seen: dict[tuple[object, ...], str] = {}
        filled, has_value = Filled(self.table, self.values, self.keys, self.observer), False
        for row in self.body.rows:
            if row.kind not in ("item", "total"):
                continue
            key = self.keys.key_of(row) if row.kind == "item" else None
            has_value = has_value or (row.kind == "item" and filled.says_something(row, key))
            if row.kind == "item" and not row.label.strip():
                self.findings.add("R15", self.sheet, f"A{row.number}", together=row.number, row=row.number)
            if row.kind == "item" and key is not None:
                self._report_row(row, key, seen)
                observations += self._observe(row, key)
            rows.append(said := self._table_row(row, key))
            self.keys.registered.compare_facts(row, key.item_code if key else None, said)
            addresses.append(self._addresses(row))
        if has_value:
            self.misplaced.report(self.findings, self.sheet, self._heading, self.body, self.header)
        self.measuring.doubts.report(self.findings, self.sheet)
        where = self.found.form.code, self.found.layout.code, self.table.code, self.sheet
        frame = Table(*where, tuple(rows), tuple(addresses))
        explain = explain_table(self.sheet, self.table, self.header, self.places, self.values, self.body)
        return TableReading(tuple(observations), frame, explain, not has_value)

    def _column_values(self) -> dict[str, ColumnValues]:
        exempt = {
            (line_row.number, code)
            for line_row in self.body.rows
            if (line := self.keys.line(line_row.label)) is not None and line.value == "text_present"
            for code in self.places.columns
        }
        columns: dict[str, tuple[Column, list[Cell]]] = {}
        for column in self.table.columns:
            if column.role in ("number", "percent", "tick", "number_or_text") and column.code in self.places.columns:
                cells = [
                    row.cells[column.code]
                    for row in self.body.rows
                    if column.code in row.cells and (row.number, column.code) not in exempt
                ]
                columns[column.code] = (column, cells)
        decimal = self.found.layout.decimal
        prescribed = Locale("," if decimal == "comma" else ".", "the form's format") if decimal else None
        counted = counted_columns(self.catalog, self.table, self.heading_units, self.sheet_unit, self.body)
        return read_columns(self.catalog, columns, prescribed, counted)

    def _observe(self, row: BodyRow, key: RowKey) -> list[Observation]:
        found = []
        used: set[str] = set()
        for emission in self.emissions:
            observation = self.observer.observe(emission, row, key)
            if observation is not None:
                is_unknown = emission.otherwise is not None and self.answers.is_unknown(emission.columns[0], row.cells)
                found.append(replace(observation, value=None, obs_status="M") if is_unknown else observation)
                used.update(emission.columns)
                self._report_value(row, emission.columns, key)
        is_answer = key.line is not None and key.line.value == "text_present"
        self.misplaced.take(row, used, is_answer=is_answer)
        kind = self.misplaced.undecided(row, used)
        is_told = self.answers.unknown(row.cells) or self.answers.missing(row.cells)
        if kind is not None and not is_told and not any(self.observer.applies(e, row, key) for e in self.emissions):
            self.findings.add("G13", self.sheet, kind, label=clean(kind.text), suggestion="")
        return found

    def _report_value(self, row: BodyRow, codes: tuple[str, ...], key: RowKey) -> None:
        for code in codes:
            cell = row.cells.get(code)
            role = self.table.column(code).role
            if cell is None or role == "text":
                continue
            if role == "tick":
                if self.values[code].tick(cell) is None:
                    words = {"label": row.label, "column": self._heading(code), "together": cell.address}
                    self.findings.add("W25", self.sheet, cell, **words)
                continue
            if key.line is not None and key.line.value == "text_present":
                if text_present(self.catalog, cell) is None:
                    self.findings.add("W32", self.sheet, cell, label=row.label.strip())
                continue
            self._report_number(self.values[code].read(cell), row, code)

    def _report_number(self, value: Value, row: BodyRow, code: str) -> None:
        rules = {"not_number": "G11", "error": "W12", "uncached": "R13"}
        if value.kind in rules and value.cell is not None:
            words = {"label": row.label, "column": self._heading(code), "together": value.cell.address}
            self.findings.add(rules[value.kind], self.sheet, value.cell, **words)

    def _report_row(self, row: BodyRow, key: RowKey, seen: dict[tuple[object, ...], str]) -> None:
        for code, cell in self.answers.unknown(row.cells):
            words = {"label": row.label, "column": self._heading(code), "known": self.answers.shown(code)}
            self.findings.add("W14", self.sheet, cell, together=(code, cell.text), **words)
        for code in self.answers.missing(row.cells):
            words = {"label": row.label.strip(), "column": self._heading(code)}
            self.findings.add("W24", self.sheet, self.measuring.address(code, row.number), "", **words)
        own = self._identity(row, key)
        address = row.label_cell.address if row.label_cell else f"A{row.number}"
        if own in seen and not self.answers.unknown(row.cells):
            self.findings.add(
                "G06", self.sheet, row.label_cell, label=row.label.strip(), first=seen[own], together=(own, row.number)
            )
        else:
            seen[own] = address

    def _identity(self, row: BodyRow, key: RowKey) -> tuple[object, ...]:
        if self.table.rows.key:
            texts = tuple(
                clean(row.cells[code].text).casefold() if code in row.cells else "" for code in self.table.rows.key
            )
            if any(texts):
                return texts
        what = key.item_code or key.area  # an item of a register is one thing, wherever a row puts it
        return (key.line.code if key.line else None, what, *self._kind(row))

    def _kind(self, row: BodyRow) -> tuple[str, ...]:
        """Long tables: rows of one area and item are different rows when they are of different kinds."""
        rules: tuple[ItemRule | AreaRule, ...] = (*self.table.rows.items, *self.table.rows.areas)
        kinds = {c.column for rule in rules for c in rule.when}
        return tuple(clean(row.cells[code].text).casefold() for code in sorted(kinds) if code in row.cells)

    def _report_body(self) -> None:
        for code, reader in self.values.items():
            cells = reader.undecided
            if cells and code in self.observed:
                for cell in cells:
                    self.findings.add("R12", self.sheet, cell, cell.text, together=code, column=self._heading(code))
        observed = self.observed & self.values.keys()
        for cell in merged_values(self.found.sheet, self.found.grid, self.body, self.places, observed):
            self.findings.add("R17", self.sheet, cell, together=cell.address)
        for row, name, word in lone_parts(self.catalog, self.table, self.keys, self.body):
            self.findings.add("W18", self.sheet, row.label_cell, label=row.label.strip(), name=name, word=word)
        for row, name in lost_lines(self.table, self.keys, self.body):
            self.findings.add("G13", self.sheet, row.label_cell, label=row.label.strip(), suggestion=name)
        for cell in unheaded_values(self.found.grid, self.header, self.body, self.places):
            self.findings.add("W22", self.sheet, cell, together="unheaded")
        for cell in self.body.remarks:
            self.findings.add("W35", self.sheet, cell)
        for cell in self.body.stray:
            self.findings.add("R16", self.sheet, cell, "", together="stray")
        if hidden_rows := [row.number for row in self.body.rows if row.number in self.found.sheet.hidden_rows]:
            self.findings.add("I05", self.sheet, f"A{hidden_rows[0]}", rows=[str(number) for number in hidden_rows])
        hidden = [code for code, place in self.places.columns.items() if place in self.found.sheet.hidden_columns]
        if hidden:
            letters = [column_letters(self.places.columns[code]) for code in hidden]
            self.findings.add("I06", self.sheet, f"{letters[0]}{self.header.bottom}", columns=letters)

    def _table_row(self, row: BodyRow, key: RowKey | None) -> Mapping[str, TableValue]:
        values: dict[str, TableValue] = {
            "row_kind": row.kind,
            "row_no": Decimal(row.number),
            "label": clean(row.label),
            "line": key.line.code if key and key.line else None,
            "item": key.item_name if key else None,
            "item_code": key.item_code if key else None,
            "measure": self._row_measure(key),
        }
        for column in self.table.columns:
            values[column.code] = self._table_value(column, row, key)
        values["area"] = key.area if key else None
        return values

    def _row_measure(self, key: RowKey | None) -> str | None:
        if key is None:
            return None
        return key.line.measure if key.line else key.item_measure

    def _table_value(self, column: Column, row: BodyRow, key: RowKey | None) -> TableValue:
        cell = row.cells.get(column.code)
        if column.role == "tick":
            return self.values[column.code].tick(cell) if column.code in self.values else None
        if column.code not in self.values:
            return clean(cell.text) if cell is not None else None
        value = self.values[column.code].read(cell)
        if column.role == "percent" or value.number is None:
            return value.number
        if column.role == "number_or_text" and key and key.line and key.line.value == "text_present":
            return None
        emission = self.emission_of.get(column.code)
        code = emission.measure if emission else None
        code = self._row_measure(key) if code in ("item", "line") or (code is None and column.unit is None) else code
        measure = self.catalog.measures.get(code) if code else None
        unit_column = emission.unit_column if emission else None
        return self.measuring.plain(column.code, row, value.number, measure, value.unit, unit_column)

    def _addresses(self, row: BodyRow) -> Mapping[str, str]:
        found = {code: f"{column_letters(place)}{row.number}" for code, place in self.places.columns.items()}
        label = row.label_cell.address if row.label_cell else f"A{row.number}"
        return {**found, "label": label, "item": label, "row_no": label, self.table.rows.label: label}

    def _heading(self, code: str) -> str:
        return self.headings.get(code) or wording(self.table.column(code))
