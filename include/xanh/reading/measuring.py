"""The unit of each value: what the cell, its row, its column or its sheet states, before what the form prescribes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xanh.catalog import Catalog
from xanh.catalog.codelists import Measure
from xanh.catalog.forms import Column, Emission, FormTable
from xanh.codes import units
from xanh.codes.units import Incompatible, UnitMatch
from xanh.model import Cell, Period, column_letters
from xanh.reading.doubts import Doubt, UnitDoubts
from xanh.reading.findings import Findings
from xanh.reading.phrases import split_brackets
from xanh.reading.rows import Body, BodyRow, Places


@dataclass(frozen=True)
class Stated:
    """A unit and where it was stated: cell, row, label, column, sheet or form."""

    text: str
    match: UnitMatch
    where: str
    cell: Cell | None = None


@dataclass(frozen=True)
class Target:
    """How a value becomes one of the measure."""

    measure: Measure
    unit: str
    stated: str | None
    match: UnitMatch | None
    cell: str
    doubt: Doubt | None = None


class Measuring:
    """Units of one table. Finds what a value is in, converts it, and reports what it assumed or could not do."""

    def __init__(
        self,
        catalog: Catalog,
        table: FormTable,
        places: Places,
        heading_units: Mapping[str, str],
        sheet_unit: str | None,
        sheet: str,
        period: Period,
        findings: Findings,
        *,
        is_export: bool,
    ) -> None:
        self._period = period
        self._catalog, self._places, self._findings = catalog, places, findings
        self._heading_units, self._sheet, self._is_export = heading_units, sheet, is_export
        self._columns: dict[str, Column] = {column.code: column for column in table.columns}
        self._steps: dict[tuple[str, str, date, date], _Step] = {}
        self._factors: dict[tuple[str, str, str], Decimal | None] = {}
        self._common: dict[tuple[str, str], Stated] = {}
        self._sheet_unit = self._match(sheet_unit, "sheet") if sheet_unit else None
        special = {emission.unit_column for emission in table.observations}
        self._unit_column = next(
            (c.code for c in table.columns if c.role == "unit" and c.code in places.columns and c.code not in special),
            None,
        )
        self._row_units: dict[tuple[str, int], Stated] = {}
        self.doubts = UnitDoubts(catalog, table)  # what the numbers say about their units

    def read_rows(self, body: Body) -> None:
        """Resolves the unit cells of all rows from the top, so that a ditto mark repeats the unit above it."""
        for code, column in self._columns.items():
            if column.role != "unit" or code not in self._places.columns:
                continue
            above: Stated | None = None
            for row in body.rows:
                cell = row.cells.get(code)
                if cell is None:
                    continue
                match = units.resolve(self._catalog, cell.text)
                if match.is_ditto and above is not None:
                    self._findings.add("I01", self._sheet, cell, "", together=code)
                    self._row_units[(code, row.number)] = Stated(above.text, above.match, "row", cell)
                elif not match.is_ditto:
                    above = Stated(_shown(cell.text), match, "row", cell)
                    self._row_units[(code, row.number)] = above
                else:
                    self._row_units[(code, row.number)] = Stated(cell.text, match, "row", cell)

    def address(self, code: str, row: int) -> str:
        """The address of a cell of the table, also of an empty one."""
        place = self._places.columns.get(code, self._places.label[0] if self._places.label else 1)
        return f"{column_letters(place)}{row}"

    def target(
        self, measure: str, emission: Emission, row: BodyRow, usual: str | None, is_quantity: bool, own: str | None
    ) -> Target | None:
        """How the row's value becomes one of the measure; None, with a critical issue, where its unit does not fit."""
        entry = self._catalog.measures[measure]
        cell = self.address(emission.columns[0], row.number)
        if not is_quantity:
            return Target(entry, entry.canonical_unit or "", None, None, cell)
        stated = self.stated(emission.columns[0], row, entry, usual, own, emission.unit_column)
        if stated is None or stated.match.unit is None:
            where = stated.cell if stated and stated.cell else cell
            text = stated.text if stated else ""
            words = {"label": row.label, "unit": text, "expected": entry.canonical_unit or ""}
            together = (text, measure) if stated and stated.where in ("column", "sheet") else None
            self._findings.add("R10", self._sheet, where, text, together=together, **words)
            return None
        step = self._step(stated.match, entry)
        if isinstance(step, Incompatible) and step.why != "noun":
            where = stated.cell or cell
            self._findings.add(
                "R11",
                self._sheet,
                where,
                stated.text,
                together=(stated.text, step.expected),
                label=row.label,
                unit=stated.text,
                expected=step.expected,
                why=step.why,
            )
            return None
        if isinstance(step, Incompatible):
            self._findings.add(
                "W11",
                self._sheet,
                stated.cell or cell,
                stated.text,
                together=(stated.text, measure),
                label=row.label,
                unit=stated.text,
                expected=step.expected,
            )
            return Target(entry, step.expected, stated.text, stated.match, cell)
        self._note_assumed(stated, emission.columns[0], row, cell)
        return Target(entry, step[1], stated.text, stated.match, cell, self._doubt(stated, usual, emission, row, entry))

    def _doubt(
        self, stated: Stated, usual: str | None, emission: Emission, row: BodyRow, measure: Measure
    ) -> Doubt | None:
        prescribed = usual or self._columns[emission.columns[0]].unit or measure.canonical_unit
        if stated.where == "form" or not prescribed:
            return None
        is_column = stated.where in ("column", "sheet") or emission.unit_column is not None
        if is_column:
            return self.doubts.about(stated.text, stated.match, prescribed, emission.columns[0], row.label)
        return self.doubts.about(stated.text, stated.match, prescribed, row.number, row.label, measure)

    def stated(
        self,
        code: str,
        row: BodyRow,
        measure: Measure | None,
        usual: str | None,
        own: str | None,
        unit_column: str | None,
    ) -> Stated | None:
        """The nearest statement of the unit of a cell: the cell itself, its row, its column, the sheet, then the form.

        The unit of the row goes before that of the heading where both fit (products under "Thực hiện (Tỷ đồng)"); a column of
        another kind (Kinh phí) keeps the unit of its heading.
        """
        heading = self._heading_units.get(code)
        if own:
            above = heading or self._columns[code].unit
            return self._match(units.as_rate(self._catalog, own, above), "cell", row.cells.get(code))
        if heading and self._match(heading, "column").match.unit is None:
            return self._match(heading, "column")  # written as a unit, and none that is known
        in_row = self._row_units.get((unit_column or self._unit_column or "", row.number))
        if in_row is not None and (not heading or in_row.match.unit is None or self._fits(in_row, measure)):
            return in_row
        in_label = next(
            (
                s
                for inner in split_brackets(row.label)[1]
                if (s := self._match(inner, "label", row.label_cell)).match.unit
            ),
            None,
        )
        if in_label is not None and heading is None and self._fits(in_label, measure):
            return in_label
        if heading:
            return self._match(heading, "column")
        if self._sheet_unit is not None and self._sheet_unit.match.unit and self._fits(self._sheet_unit, measure):
            return self._sheet_unit
        if self._sheet_unit is not None and self.doubts.is_foreign(self._sheet_unit.match, measure):
            return self._sheet_unit
        prescribed = usual or self._columns[code].unit or (measure.canonical_unit if measure else None)
        return self._match(prescribed, "form") if prescribed else None

    def convert(
        self, number: Decimal | None, target: Target, period: Period
    ) -> tuple[Decimal | None, Decimal, str | None] | None:
        """Value, factor and its version in the measure's unit; a rate times the days of the period."""
        if target.match is None:
            return number, Decimal(1), None
        if target.doubt is not None and number:
            target.doubt.numbers.append((number, target.cell))
        step = self._step(target.match, target.measure, period)
        if isinstance(step, Incompatible):
            factor, version = step.factor or target.match.scale, None
        else:
            factor, _, version = step
        if factor != 1 and target.stated:
            self._findings.add(
                "I02",
                self._sheet,
                target.cell,
                "",
                together=(target.stated, target.unit),
                unit=target.stated,
                target=target.unit,
                factor=factor,
            )
        return (None if number is None else units.exact_product(number, factor)), factor, version

    def plain(
        self,
        code: str,
        row: BodyRow,
        number: Decimal | None,
        measure: Measure | None,
        own: str | None,
        unit_column: str | None = None,
    ) -> Decimal | None:
        """The value for checks: in the measure's unit, or in the one that the form prescribes, a rate where that is one."""
        if number is None:
            return None
        stated = self.stated(code, row, measure, None, own, unit_column)
        wanted = (measure.canonical_unit if measure else None) or self._columns[code].unit
        if stated is None or stated.match.unit is None or wanted is None:
            return number
        key = (stated.match.text, wanted, code)
        if key not in self._factors:
            self._factors[key] = self._factor(stated.match, units.resolve(self._catalog, wanted), code)
        factor = self._factors[key]
        return number if factor is None else units.exact_product(number, factor)

    def _factor(self, stated: UnitMatch, wanted: UnitMatch, code: str) -> Decimal | None:
        """From one unit to another of its kind; None where they are of different kinds. An amount of the period becomes a rate
        where the form prescribes one, and a rate an amount where it does not."""
        if stated.unit is None or wanted.unit is None or wanted.unit.dimension != stated.unit.dimension:
            return None
        factor = units.exact_quotient(stated.scale * stated.unit.to_base, wanted.scale * wanted.unit.to_base)
        prescribed = self._columns[code].unit
        is_rate = prescribed is not None and units.resolve(self._catalog, prescribed).is_per_day
        days = Decimal((self._period.end - self._period.start).days + 1)
        if is_rate and not stated.is_per_day:
            return factor / days
        return units.exact_product(factor, days) if stated.is_per_day and prescribed and not is_rate else factor

    def _step(self, match: UnitMatch, measure: Measure, period: Period | None = None) -> _Step:
        """units.factor_of, remembered for the table; a text is always the same match. Without a period: of any."""
        key = (match.text, measure.code, (period or _ANY_PERIOD).start, (period or _ANY_PERIOD).end)
        if key not in self._steps:
            self._steps[key] = units.factor_of(self._catalog, match, measure, period or _ANY_PERIOD)
        return self._steps[key]

    def _fits(self, stated: Stated, measure: Measure | None) -> bool:
        if measure is None or stated.match.unit is None:
            return measure is None
        return not isinstance(self._step(stated.match, measure), Incompatible)

    def _match(self, text: str, where: str, cell: Cell | None = None) -> Stated:
        if cell is not None:
            return Stated(_shown(text), units.resolve(self._catalog, text), where, cell)
        key = (text, where)
        if key not in self._common:
            self._common[key] = Stated(_shown(text), units.resolve(self._catalog, text), where)
        return self._common[key]

    def _note_assumed(self, stated: Stated, code: str, row: BodyRow, cell: str) -> None:
        """The unit of the form was taken because the file states none: said, unless things are counted or it is an export."""
        if (
            stated.where != "form"
            or self._is_export
            or stated.match.unit is None
            or stated.match.unit.dimension == "count"
        ):
            return
        together = row.number if self._unit_column is not None else code
        self._findings.add("W10", self._sheet, cell, "", together=together, unit=stated.text, label=row.label)


_Step = tuple[Decimal, str, str | None] | Incompatible
_ANY_PERIOD = Period("2001-01", date(2001, 1, 1), date(2001, 1, 31), "M")
"""For the question whether a unit fits at all, which no period changes."""


def _shown(text: str) -> str:
    return " ".join(text.split())
