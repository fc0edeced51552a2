"""Observations of one row: which of the form's emissions apply, and what they say in the measure's unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from xanh.catalog import Catalog
from xanh.catalog.forms import Condition, Emission, Line, Relative
from xanh.language import periods
from xanh.model import Cell, Flow, Observation, ObsStatus, Period
from xanh.reading.answers import answer
from xanh.reading.conditions import holds, stands, text_present
from xanh.reading.measuring import Measuring
from xanh.reading.phrases import bare, mentions, relation
from xanh.reading.rows import BodyRow
from xanh.reading.values import ColumnValues, Value


@dataclass(frozen=True)
class RowKey:
    """What a row is about."""

    line: Line | None
    item_code: str | None
    item_name: str | None
    item_measure: str | None
    item_unit: str | None
    area: str | None
    area_since: date | None
    """The first day of the area, where its values cannot begin earlier."""


def period_of(relative: Relative, period: Period) -> Period:
    """The period that a value belongs to, seen from the period of the file. Cumulative ones keep the code of their end."""
    if relative == "form":
        return period
    if relative == "previous":
        return periods.previous(period)
    if relative == "year":
        return periods.year_of(period)
    if relative == "last_calendar_year":
        return periods.same_period_last_year(periods.year_of(period))
    if relative == "year_to_date":
        return periods.year_to_date(period)
    if relative == "previous_year_to_date":
        return periods.year_to_date(periods.previous(period))
    return periods.same_period_last_year(period)


class Observer:
    """Makes the observations of the rows of one table."""

    def __init__(
        self,
        catalog: Catalog,
        form: str,
        sheet: str,
        period: Period,
        values: Mapping[str, ColumnValues],
        measuring: Measuring,
        headings: Mapping[str, str],
    ) -> None:
        self._catalog, self._form, self._sheet, self._period = catalog, form, sheet, period
        self._values, self._measuring, self._headings = values, measuring, headings
        self._periods: dict[Relative, Period] = {}
        self._statuses: dict[int, ObsStatus] = {}

    def observe(self, emission: Emission, row: BodyRow, key: RowKey) -> Observation | None:
        """The observation of the emission in the row; None where it does not apply."""
        measure = self.measure(emission, key)
        if measure is None or not self.applies(emission, row, key):
            return None
        cells = [row.cells.get(code) for code in emission.columns]
        rule = (key.line.value if key.line and key.line.value else None) or emission.value
        flow: Flow = key.line.flow if key.line and key.line.flow and emission.flow == "period" else emission.flow
        said = self._say(emission, rule, row, cells)
        if said is None:
            return None
        number, is_quantity = said
        status: ObsStatus = self._status(emission) if number is not None else "M"
        own_unit = key.item_unit if emission.measure == "item" or measure == key.item_measure else None
        usual = key.line.unit if key.line and key.line.unit else own_unit
        own = self._values[emission.columns[0]].read(cells[0]).unit if is_quantity else None
        target = self._measuring.target(measure, emission, row, usual, is_quantity, own)
        if target is None:
            return None
        period = self._since(emission, self._period_of(self._relative(emission)), key)
        converted = self._measuring.convert(number, target, period) if is_quantity else (number, Decimal(1), None)
        if converted is None:
            return None
        value, factor, version = converted
        source = "+".join(c.text if c is not None else "" for c in cells) if any(c is not None for c in cells) else None
        return Observation(
            form=self._form,
            measure=measure,
            item_code=key.item_code,
            item_name=key.item_name,
            area=key.area,
            period=period,
            flow=flow,
            obs_status=status,
            value=value,
            unit=target.unit,
            source_sheet=self._sheet,
            source_cell="+".join(self._address(row, code) for code in emission.columns),
            source_label=" ".join(row.label.split()),
            source_value=source,
            source_unit=target.stated if is_quantity else None,
            factor=factor,
            factor_version=version,
        )

    def measure(self, emission: Emission, key: RowKey) -> str | None:
        """The measure that the emission has in the row; None where the row is none of the form's."""
        if emission.measure == "line":
            return key.line.measure if key.line else None
        if emission.measure == "item":
            return key.item_measure
        return emission.measure

    def applies(self, emission: Emission, row: BodyRow, key: RowKey) -> bool:
        """Whether the emission has its columns and its conditions in the row."""
        if any(
            code not in self._values and code not in row.cells and not self._has_column(code)
            for code in emission.columns
        ):
            return False
        if key.line and key.line.columns and not set(emission.columns) <= set(key.line.columns):
            return False
        if not all(holds(self._catalog, condition, row, self._typed(condition, row)) for condition in emission.when):
            return False
        return emission.blank != "none" or any(row.cells.get(code) is not None for code in emission.columns)

    def _typed(self, condition: Condition, row: BodyRow) -> Decimal | None:
        """The number in the condition's column, read in the column's notation and in the unit that the form prescribes."""
        if condition.at_least is None or condition.column not in self._values:
            return None
        return self._prescribed(
            condition.column, row, self._values[condition.column].read(row.cells.get(condition.column))
        )

    def _prescribed(self, code: str, row: BodyRow, value: Value) -> Decimal | None:
        """The number in the unit that the form prescribes: a threshold is stated in that one."""
        return self._measuring.plain(code, row, value.number, None, value.unit)

    def _has_column(self, code: str) -> bool:
        return code in self._headings

    def _say(
        self, emission: Emission, rule: str, row: BodyRow, cells: list[Cell | None]
    ) -> tuple[Decimal | None, bool] | None:
        """The number and whether it is a quantity with a unit; None for no observation at all."""
        if rule == "one":
            return Decimal(1), False
        if rule == "text_present":
            return text_present(self._catalog, cells[0]), False
        if rule == "filled":
            stated = stands(self._catalog, cells[0])
            return (Decimal(int(stated)) if stated is not None else None), False
        if rule == "tick":
            ticked = self._values[emission.columns[0]].tick(cells[0])
            return (Decimal(int(ticked)) if ticked is not None else None), False
        if emission.values or emission.otherwise is not None:
            known = {bare(text): number for text, number in emission.values.items()}
            found = known.get(answer(cells[0]), emission.otherwise)
            return (Decimal(found) if found is not None else None), False
        values = [self._values[code].read(cell) for code, cell in zip(emission.columns, cells, strict=True)]
        numbers = [self._number(emission, value) for value in values]
        if any(number is None for number in numbers):
            return None if all(v.kind == "undecided" for v in values) else (None, rule == "number")
        if rule == "at_least":
            numbers = [self._prescribed(emission.columns[0], row, values[0])]
        total = sum((number for number in numbers if number is not None), Decimal(0))
        return (total, True) if rule == "number" else (Decimal(int(self._is_met(emission, rule, total))), False)

    def _is_met(self, emission: Emission, rule: str, total: Decimal) -> bool:
        if rule == "positive":
            return total > 0
        threshold = emission.threshold or Decimal(0)
        if rule == "recent_year":
            return self._period.end.year - threshold < total <= self._period.end.year
        return total >= threshold

    def _number(self, emission: Emission, value: Value) -> Decimal | None:
        if value.kind == "blank" and emission.blank == "zero":
            return Decimal(0)
        return value.number if value.kind == "number" else None

    def _relative(self, emission: Emission) -> Relative:
        """The emission's period, or that of the file where the heading says so and may."""
        if not emission.is_period_of_heading:
            return emission.period
        said = mentions(bare(self._headings.get(emission.columns[0], "")))
        is_own = any(relation(mention, self._period) == "@period" for _, _, mention in said)
        return "form" if is_own else emission.period

    def _period_of(self, relative: Relative) -> Period:
        if relative not in self._periods:
            self._periods[relative] = period_of(relative, self._period)
        return self._periods[relative]

    def _status(self, emission: Emission) -> ObsStatus:
        """The same for every row; emissions live as long as their catalogue."""
        if id(emission) not in self._statuses:
            self._statuses[id(emission)] = self._status_of(emission)
        return self._statuses[id(emission)]

    def _status_of(self, emission: Emission) -> ObsStatus:
        heading = bare(self._headings.get(emission.columns[0], ""))
        return next(
            (status for word, status in emission.status_words.items() if bare(word) in heading), emission.status
        )

    def _since(self, emission: Emission, period: Period, key: RowKey) -> Period:
        if emission.since_area and key.area_since is not None and key.area_since > period.start:
            return periods.between(key.area_since, period.end) or replace(period, start=key.area_since)
        return period

    def _address(self, row: BodyRow, code: str) -> str:
        cell = row.cells.get(code)
        if cell is not None:
            return cell.address
        return self._measuring.address(code, row.number)
