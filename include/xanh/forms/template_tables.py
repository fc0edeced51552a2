"""What an empty form holds: headings for the period, the rows that are known, and which cells are to be filled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from xanh.catalog import Catalog
from xanh.catalog.codelists import Area, Item
from xanh.catalog.departments import Department
from xanh.catalog.forms import AreaRule, Column, Emission, Form, FormTable, ItemRule, Layout
from xanh.catalog.values import Dated
from xanh.language import periods
from xanh.language.text import fold
from xanh.model import Period

SPARE_ROWS = 5
FREE_ROWS = 20
_ROMAN = ("", "I", "II", "III", "IV")
_OPTIONAL = re.compile(r"[\[\]]")
_YEARS_AGO = re.compile(r"\{(\d)_years_ago\}")


@dataclass(frozen=True)
class BlankColumn:
    """A column of an empty form."""

    code: str
    heading: str
    role: str
    choices: tuple[str, ...] = ()
    group: str | None = None
    """What stands over it and its neighbours; the heading then goes without these words."""


@dataclass(frozen=True)
class BlankRow:
    """A row that the form prints: its fixed cells, and the columns that are to be filled."""

    values: Mapping[str, str]
    inputs: frozenset[str]
    is_section: bool = False
    measures: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Measure and flow of the columns that give one value each: what last period's values are found by."""
    item: str | None = None
    area: str | None = None


@dataclass(frozen=True)
class BlankTable:
    """A table of an empty form."""

    table: FormTable
    columns: tuple[BlankColumn, ...]
    rows: tuple[BlankRow, ...]


def spoken(period: Period) -> str:
    """The period in running text: tháng 6/2025, quý II/2025, 6 tháng đầu năm 2025, năm 2025."""
    year, month = period.end.year, period.end.month
    if period.frequency == "M":
        return f"tháng {month}/{year}"
    if period.frequency == "Q":
        return f"quý {_ROMAN[month // 3]}/{year}"
    if period.frequency == "H":
        return f"6 tháng {'đầu' if month == 6 else 'cuối'} năm {year}"
    return f"năm {year}"


def blank_tables(
    catalog: Catalog, form: Form, layout: Layout, period: Period, department: Department, area: Area | None
) -> tuple[BlankTable, ...]:
    """The tables that the department fills in for the period."""
    maker = _Maker(catalog, form, layout, period, department)
    tables = [each for each in layout.tables if not each.departments or department.code in each.departments]
    return tuple(maker.table(table, area) for table in tables if maker.is_reported(table))


class _Maker:
    def __init__(self, catalog: Catalog, form: Form, layout: Layout, period: Period, department: Department) -> None:
        self._catalog, self._period = catalog, period
        self._department = department
        reports = department.reports_on(form.code, period.start)
        self._kinds = {kind for report in reports for kind in report.item_kinds or ()}
        self._measures = {code for report in reports for code in report.measures or ()}
        self._is_export = not layout.recognise.numbers

    def is_reported(self, table: FormTable) -> bool:
        """Whether the department may report a measure of the table."""
        given = {emission.measure for emission in table.observations}
        return not self._measures or bool(given & self._measures) or bool(given & {"line", "item"})

    def table(self, table: FormTable, area: Area | None) -> BlankTable:
        columns = tuple(self._column(table, column) for column in table.columns if self._is_printed(column))
        rows = tuple(self._rows(table))
        return BlankTable(table, columns, rows)

    def _column(self, table: FormTable, column: Column) -> BlankColumn:
        heading = self._heading(column)
        group = next((group.heading for group in table.groups if column.code in group.columns), None)
        if group is not None:
            heading = _without(heading, group)
        return BlankColumn(column.code, heading, column.role, self._choices(table, column), group)

    def _is_printed(self, column: Column) -> bool:
        is_to_date = any("lũy kế" in heading for heading in column.headings[:1])
        is_january = self._period.frequency == "M" and self._period.end.month == 1
        return bool(column.headings) and not (is_january and is_to_date)

    def _heading(self, column: Column) -> str:
        wording = column.headings[0]
        if column.role == "percent":
            wording = next((each for each in column.headings if "so với" in each), wording)
        if self._is_export:
            return wording
        text = _YEARS_AGO.sub(lambda found: f"năm {self._period.end.year - int(found[1])}", _OPTIONAL.sub("", wording))
        for name, words in self._words().items():
            text = text.replace("{" + name + "}", words)
        has_unit = column.unit is None or "(" in text or fold(column.unit) in fold(text)
        text = text[:1].upper() + text[1:]
        return text if has_unit else f"{text} ({column.unit})"

    def _words(self) -> dict[str, str]:
        period = self._period
        year, month = period.end.year, period.end.month
        return {
            "period": spoken(period),
            "previous": spoken(periods.previous(period)),
            "last_year": spoken(periods.same_period_last_year(period)),
            "year": f"năm {year}",
            "last_calendar_year": f"năm {year - 1}",
            "ytd": f"{month} tháng năm {year}",
            "previous_ytd": f"{max(1, month - 1)} tháng năm {year}",
            "last_year_ytd": f"{month} tháng năm {year - 1}",
        }

    def _choices(self, table: FormTable, column: Column) -> tuple[str, ...]:
        """What may stand in a cell of the column; empty: anything."""
        if column.role == "tick":
            return ("x",)
        if column.role != "text" or column.code == table.rows.label:
            return ()
        answers = list(column.answers)
        for emission in table.observations:
            if emission.columns == (column.code,):
                answers += emission.values
            answers += [text for one in emission.when if one.column == column.code for text in one.equals]
        for rule in table.rows.items:
            answers += [text for one in rule.when if one.column == column.code for text in one.equals]
            if rule.suffix == column.code and rule.suffix_register:
                answers += [item.name_vi for item in self._catalog.items_of(rule.suffix_register)]
        for place in self._places(table):
            if place.column == column.code:
                answers += [each.name_vi for each in self._areas(place)]
        return tuple(dict.fromkeys(answers))

    def _places(self, table: FormTable) -> Iterator[AreaRule]:
        yield from (rule for rule in table.rows.areas if rule.is_valid_on(self._period.end))

    def _areas(self, rule: AreaRule) -> list[Area]:
        levels = rule.levels or ("district", "commune")
        return [
            area
            for area in self._catalog.areas.values()
            if area.level in levels and _holds(area, self._period) and (len(levels) == 1 or self._is_reporting(area))
        ]

    def _is_reporting(self, area: Area) -> bool:
        """Of both levels only the one that reports: districts until they were abolished, communes since."""
        return any(each.area == area.key for each in self._catalog.departments.values())

    def _rows(self, table: FormTable) -> Iterator[BlankRow]:
        if table.rows.lines:
            yield from self._lines(table)
            return
        closed = [rule for rule in table.rows.items if rule.item_register and rule.column == table.rows.label]
        named = [rule for rule in self._places(table) if rule.source == "column" and rule.column == table.rows.label]
        if closed:
            for rule in closed:
                yield from (self._item_row(table, rule, item) for item in self._items(rule))
        elif named:
            yield from (self._area_row(table, each) for each in self._areas(named[0]))
        everything = frozenset(column.code for column in table.columns)
        for _ in range(SPARE_ROWS if closed or named else FREE_ROWS):
            yield BlankRow({}, everything)

    def _lines(self, table: FormTable) -> Iterator[BlankRow]:
        section = ""
        sections = iter(table.rows.sections)
        stt = _numbering(table)
        for line in table.rows.lines:
            head, dot, _ = line.code.partition(".")
            if dot and head != section:
                section = head
                title = next(sections, None)
                if title:
                    title = title[:1].upper() + title[1:]
                    yield BlankRow({stt: head, table.rows.label: title}, frozenset(), is_section=True)
            values = {stt: line.code if dot else "", table.rows.label: line.labels[0]}
            unit = next((column.code for column in table.columns if column.role == "unit"), None)
            if unit and line.unit:
                values[unit] = line.unit
            inputs = frozenset(line.columns or _open_columns(table)) | {"note"}
            measures = {
                emission.columns[0]: (line.measure, line.flow or emission.flow)
                for emission in table.observations
                if line.measure and len(emission.columns) == 1 and emission.columns[0] in inputs
            }
            yield BlankRow(values, inputs, measures=measures)

    def _items(self, rule: ItemRule) -> list[Item]:
        found = self._catalog.items_of(rule.item_register or "")
        return [item for item in found if _holds(item, self._period) and (not self._kinds or item.kind in self._kinds)]

    def _item_row(self, table: FormTable, rule: ItemRule, item: Item) -> BlankRow:
        values = {table.rows.label: item.name_vi, **self._period_cell(table)}
        if rule.key:
            values[rule.key] = item.tax_code or item.code
        for one in rule.when:
            values[one.column] = item.kind if item.kind in one.equals else one.equals[0]
        known = {(one.column, text) for emission in table.observations for one in emission.when for text in one.equals}
        values |= {column: item.kind for column, text in known if item.kind is not None and text == item.kind}
        values |= {column.code: item.kind for column in table.columns if item.kind in column.answers and item.kind}
        key = self._catalog.area_of(item, self._period.end)
        area = self._catalog.areas[key] if key else None
        for place in self._places(table):
            if place.column and area is not None and (not place.levels or area.level in place.levels):
                values.setdefault(place.column, area.name_vi)
        unit = next((e.unit_column for e in table.observations if e.measure == "item" and e.unit_column), None)
        unit = unit or next((column.code for column in table.columns if column.role == "unit"), None)
        if unit and item.unit:
            values[unit] = item.unit
        return self._filled(table, values, item.name_vi, key, item.measure)

    def _area_row(self, table: FormTable, area: Area) -> BlankRow:
        values = {table.rows.label: area.name_vi, **self._period_cell(table)}
        return self._filled(table, values, None, area.key, None)

    def _period_cell(self, table: FormTable) -> dict[str, str]:
        month = f"{self._period.end.month:02d}/{self._period.end.year}"
        return {column.code: month for column in table.columns if column.is_period}

    def _filled(
        self, table: FormTable, values: dict[str, str], item: str | None, area: str | None, measure: str | None
    ) -> BlankRow:
        """The row with the cells that its kind calls for."""
        emissions = [each for each in table.observations if _may_hold(each, values)]
        given = {column for each in table.observations for column in each.columns}
        wanted = {column for each in emissions for column in each.columns}
        inputs = frozenset(
            column.code
            for column in table.columns
            if column.code not in values and (column.code in wanted or column.code not in given)
        )
        measures = {
            each.columns[0]: (measure if each.measure == "item" and measure else each.measure, each.flow)
            for each in emissions
            if len(each.columns) == 1 and each.value == "number"
        }
        return BlankRow(values, inputs, measures=measures, item=item, area=area)


def _without(heading: str, group: str) -> str:
    """The heading without the words and the unit that stand over it already."""
    words, _, unit = group.partition(" (")
    if fold(heading).startswith(fold(words)):
        heading = heading[len(words) :].strip()
    if unit and heading.endswith(f"({unit}"):
        heading = heading.removesuffix(f"({unit}").strip()
    return heading[:1].upper() + heading[1:]


def _may_hold(emission: Emission, values: Mapping[str, str]) -> bool:
    """Whether the conditions can hold: a cell that is still empty may become anything."""
    for one in emission.when:
        text = values.get(one.column)
        if text is None:
            continue
        if one.equals and fold(text) not in map(fold, one.equals):
            return False
        if one.starts_with and not fold(text).startswith(tuple(map(fold, one.starts_with))):
            return False
    return True


def _open_columns(table: FormTable) -> list[str]:
    return [column.code for column in table.columns if column.role in ("number", "percent", "tick", "number_or_text")]


def _numbering(table: FormTable) -> str:
    return next((column.code for column in table.columns if column.code == "stt"), table.columns[0].code)


def _holds(one: Dated, period: Period) -> bool:
    return one.is_valid_on(period.end)
