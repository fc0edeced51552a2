"""Reads a workbook as the forms that it holds: sheets to tables, tables to observations, everything odd to issues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from xanh.catalog import Catalog
from xanh.catalog.codelists import Area
from xanh.language import periods
from xanh.language.periods import Mention
from xanh.language.text import clean
from xanh.model import Observation, Period, Reading, Table, Workbook, column_letters
from xanh.reading.choose import Choice, choose_sheets
from xanh.reading.findings import Findings
from xanh.reading.keys import resolve_area
from xanh.reading.months import cell_period
from xanh.reading.permissions import check_permissions
from xanh.reading.phrases import bare
from xanh.reading.places import place_columns
from xanh.reading.recognise import FoundSheet, FoundTable
from xanh.reading.tables import read_table
from xanh.reading.titles import date_line, is_cumulative, other_number

LEAD, LAG = timedelta(days=45), timedelta(days=300)
"""A report that is dated earlier before its period or later after its end has a slip in one of the years; one that comes earlier
before its period too. ASSUMED."""


def read(workbook: Workbook, catalog: Catalog, department: str, file_name: str, received_on: date) -> Reading:
    """Everything that the file says: observations exact, with their cells, and an issue for whatever is not plain.

    Never raises for bad data. `received_on` is for notes about time only; what is loaded does not rest on the clock.
    """
    findings = Findings(catalog)
    stated = periods.file_name_mentions(file_name)
    choice = choose_sheets(catalog, workbook, department, stated, findings)
    readings = [_SheetReader(catalog, found, department, stated, findings) for found in choice.sheets]
    for reader in readings:
        reader.read()
    empty = {reader.found.sheet.name: reader.found.form.code for reader in readings if reader.is_passed_over}
    readings = [reader for reader in readings if not reader.is_passed_over]
    choice = choice.without(empty)
    sheets = {reader.found.sheet.name for reader in readings}
    for note in workbook.notes:
        if note.sheet is None or not sheets or note.sheet in sheets:  # a sheet that is not read is nobody's business
            findings.add(note.rule, note.sheet, note.cell, **dict(note.params))
    if not readings and choice.is_conclusive:
        findings.add(
            "G00", sheets=[f"“{sheet.name}”: {sheet.why}" if sheet.name else sheet.why for sheet in choice.why][:8]
        )
    return _reading(choice, readings, department, findings, received_on, catalog)


def _reading(
    choice: Choice,
    readings: Sequence[_SheetReader],
    department: str,
    findings: Findings,
    received_on: date,
    catalog: Catalog,
) -> Reading:
    forms = tuple(dict.fromkeys(reader.found.form.code for reader in readings))
    first = readings[0] if readings else None
    observations = [observation for reader in readings for observation in reader.observations]
    period = next((reader.period for reader in readings if reader.period), None)
    area = next((reader.area for reader in readings if reader.area), None)
    if first is not None and period is not None:
        if period.start > received_on + LEAD:
            findings.add("W23", first.found.sheet.name, first.found.period_cell, period=period.code)
        signed = date_line(first.found.facts, first.found.top)
        if signed is not None and not period.start - LEAD <= signed[0] <= period.end + LAG:
            shown = f"{signed[0]:%d/%m/%Y}"
            findings.add("W29", first.found.sheet.name, signed[1].address, shown, period=period.code)
        for code in forms:
            check_permissions(catalog, department, code, period, area, observations, findings)
    findings.leave_out_consequences()
    amendments = [reader.found.facts.amendment for reader in readings if reader.found.facts.amendment]
    explain = [line for reader in readings for line in reader.explain]
    explain += [f"sheet {sheet.name!r}: {sheet.why}" for sheet in choice.why if sheet.form is None]
    return Reading(
        forms=forms,
        layout=first.found.layout.code if first else None,
        department=department,
        area=area.key if area else None,
        period=period,
        sheets=choice.why,
        observations=tuple(observations),
        issues=findings.issues,
        tables=tuple(table for reader in readings for table in reader.tables),
        amendment=amendments[0][0] if amendments else None,
        explain=tuple(explain),
    )


class _SheetReader:
    """Reads one chosen sheet."""

    def __init__(
        self, catalog: Catalog, found: FoundSheet, department: str, stated: tuple[Mention, ...], findings: Findings
    ) -> None:
        self.catalog, self.found, self.department = catalog, found, department
        self.stated, self.findings = stated, findings
        self.period: Period | None = None
        self.area: Area | None = None
        self.observations: list[Observation] = []
        self.tables: list[Table] = []
        self.explain: list[str] = []
        self._emptiness: list[bool] = []
        self._stated_at: str | None = None  # the first cell that states the period of a long table

    def read(self) -> None:
        if self.is_passed_over:
            return
        self.period = self._period()
        if self.period is None:
            return
        self.area = self._heading_area(self.period)
        self._note_text()
        for table in self.found.tables:
            self._read_table(table, self.period)
        if self._emptiness and all(self._emptiness):
            names = ", ".join(table.table.code for table in self.found.tables)
            self.findings.add("G03", self.found.sheet.name, table=names)

    @property
    def is_passed_over(self) -> bool:
        """Whether the sheet holds only tables that may be empty, and no number below their headers."""
        if not all(table.table.may_be_empty and table.header for table in self.found.tables):
            return False
        first = min(table.header.bottom for table in self.found.tables if table.header)
        return not any(cell.kind == "number" and cell.row > first for cell in self.found.sheet.cells.values())

    def _read_table(self, table: FoundTable, period: Period) -> None:
        if table.header is None:
            part = table.table.code if len(self.found.layout.tables) > 1 else None
            self.findings.add("G01", self.found.sheet.name, form=self.found.form.code, part=part)
            return
        reading = read_table(self.catalog, self.found, table, period, self.area, self.findings)
        if reading is None:
            return
        if not table.table.may_be_empty:
            self._emptiness.append(reading.is_empty)
        self.observations += reading.observations
        self.tables.append(reading.table)
        self.explain += reading.explain

    def _period(self) -> Period | None:
        """The file's period, compared with every place that states one."""
        found, sheet = self.found, self.found.sheet.name
        self.explain.append(_found_by(found))
        is_by_columns = found.number is None and found.title is None and not found.layout.recognise.by_headings
        other, own = other_number(found.facts, found.layout, found.top), ", ".join(found.layout.recognise.numbers)
        if other is not None:
            self.findings.add("W33", sheet, other, form=found.form.code, expected=own)
        elif is_by_columns:
            self.findings.add("W16", sheet, form=found.form.code)
        if found.is_strange:
            self.findings.add("R27", sheet, found.number, form=found.form.code)
            return None
        if len(found.stated) > 1:
            self.findings.add("R05", sheet, found.period_cell, periods=list(found.stated))
            return None
        period = self._column_period() if "column" in found.layout.period_from else found.period
        if period is None:
            if not self.findings.has_critical():
                rule = "R26" if is_by_columns else "R04"
                self.findings.add(rule, sheet, found.title or found.number, form=found.form.code, expected=own)
            return None
        if _is_from_january(found, period):
            self.findings.add("R25", sheet, found.period_cell, period=period.code)
        if found.is_period_of_name:
            self.findings.add("W15", sheet, found.title or found.number, period=period.code)
        if self.stated and not agrees(self.stated, period):
            said = ", ".join(_shown(mention) for mention in self.stated)
            self.findings.add(
                "G04", sheet, found.period_cell or self._stated_at, period=period.code, periods_of_name=said
            )
        return period

    def _column_period(self) -> Period | None:
        """The one period that all rows of a long table state."""
        table = self.found.tables[0]
        if table.header is None:
            return None
        column = next((each.code for each in table.table.columns if each.is_period), "")
        places = table.header.columns.get(column, ())
        if len(places) != 1:
            place_columns(self.found, table, self.findings)
            return None
        cells = {
            row: self.found.grid.rows[row].get(places[0])
            for row in self.found.grid.filled_rows()
            if table.header.bottom < row < table.stop and not self._is_total(row)
        }
        codes: dict[str, str] = {}
        for row, cell in cells.items():
            period = cell_period(cell.text if cell else "", cell.when if cell else None)
            if period is None:
                at = cell or f"{column_letters(places[0])}{row}"
                self.findings.add("R06", self.found.sheet.name, at, together=cell.text if cell else "")
                return None
            codes.setdefault(period, cell.address if cell else "")
        if len(codes) > 1:
            self.findings.add("R05", self.found.sheet.name, list(codes.values())[1], "", periods=list(codes))
            return None
        self._stated_at = next(iter(codes.values()), None)
        return periods.period(next(iter(codes)), self.found.form.period_basis) if codes else None

    def _is_total(self, row: int) -> bool:
        totals = {bare(total) for total in self.catalog.forms.words.totals}
        return any(bare(text).strip(" .:") in totals for text in self.found.grid.texts(row))

    def _heading_area(self, period: Period) -> Area | None:
        """The unit of the heading, for forms of single units."""
        rule = next(
            (
                r
                for t in self.found.tables
                for r in t.table.rows.areas
                if r.source == "heading" and r.is_valid_on(period.end)
            ),
            None,
        )
        if rule is None:
            return None
        starts = tuple(bare(start) for start in rule.starts)
        for line in self.found.facts.lines:
            start = next((s for s in starts if line.plain.startswith(s)), None)
            if start is None or bare("tỉnh") in line.plain[len(start) : len(start) + 6]:
                continue
            name = clean(line.cell.text)[len(start) :].strip(" :.-")
            if name:
                return resolve_area(
                    self.catalog, name, period, rule.levels, self.findings, self.found.sheet.name, line.cell, name
                )
        self.findings.add("R22", self.found.sheet.name)
        return None

    def _note_text(self) -> None:
        decoded = [
            cell.address for cell in self.found.sheet.cells.values() if cell.raw is not None and cell.kind == "text"
        ]
        for address in decoded:
            self.findings.add("I08", self.found.sheet.name, address, "", together="decoded", count=len(decoded))


def _is_from_january(found: FoundSheet, period: Period) -> bool:
    """Whether the title calls numbers cumulative that the form wants for the period alone; in the first period they are the same."""
    flows = {emission.flow for table in found.tables for emission in table.table.observations}
    is_same = period.start.month == 1 or "ytd" in flows or "period" not in flows
    return not is_same and found.period_cell is not None and is_cumulative(found.catalog, found.period_cell)


def agrees(stated: tuple[Mention, ...], period: Period) -> bool:
    """Whether one of the periods in a file name can be the file's: the same, or of another length and overlapping."""
    for mention in stated:
        if mention.agrees(period):
            return True
        other = mention.period()
        if (
            other is not None
            and other.frequency != period.frequency
            and other.start <= period.end
            and period.start <= other.end
        ):
            return True
    return all(mention.year is None and mention.frequency != period.frequency for mention in stated)


def _shown(mention: Mention) -> str:
    period = mention.period()
    return period.code if period else f"{mention.frequency}{mention.number}"


def _found_by(found: FoundSheet) -> str:
    number = f"number {found.number.address} “{found.number.text}”" if found.number else "no form number"
    title = f"title {found.title.address} “{' '.join(found.title.text.split())}”" if found.title else "no title"
    period = f"{found.period.code}" if found.period else "not in the title"
    return f"{found.sheet.name or '(csv)'}: form {found.form.code}, layout {found.layout.code}; {number}; {title}; period {period}"
