"""The form language: what a department's form says, where it stands, and which observations it gives. Read from forms/**/*.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from xanh.catalog.strict import Entry
from xanh.catalog.values import Dated, Status
from xanh.model import Flow, ObsStatus

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Relative = Literal[
    "form", "previous", "year", "last_calendar_year", "year_to_date", "previous_year_to_date", "last_year"
]
"""Which period a value belongs to, seen from the period of the file. `year`: the whole calendar year."""
Presence = Literal["always", "not_in_january", "never"]
Role = Literal["text", "unit", "number", "percent", "tick", "number_or_text", "ignored"]
"""`text`: labels, keys and answers. `unit`: the unit of the row. `number`, `percent`, `tick`: cells with values.
`number_or_text`: the line of the row decides. `ignored`: known, carries nothing."""
ValueRule = Literal["number", "tick", "one", "positive", "filled", "text_present", "at_least", "recent_year"]
"""How cells become a number. `one`: the row itself counts. `positive`: 1 if above zero. `filled`: 1 if anything but a dash or
"Không" stands there. `text_present`: 1 if a document number stands there. `at_least`: 1 from the threshold on. `recent_year`: 1 if
the year in the cell lies less than `threshold` years before the year of the period."""


class Column(Entry):
    """A column, found by the words of its heading with the words of the groups above it."""

    code: Code
    role: Role
    headings: tuple[str, ...] = ()
    """Accepted wordings. `[words]` may be absent; `{period}`, `{previous}`, `{last_year}`, `{year}`, `{last_calendar_year}`,
    `{ytd}`, `{previous_ytd}`, `{last_year_ytd}` stand for a period that is checked against the period of the file."""
    mandatory: Presence = "never"
    unit: str | None = None
    """The unit that the form prescribes; what the file writes comes first."""
    is_leading: bool = False
    """Without a heading of its own: all text left of the first known column (the row labels of statistics)."""
    answers: tuple[str, ...] = ()
    """Answers that the form knows although no observation rests on them."""
    is_period: bool = False
    """The cells hold the period of the row (long tables)."""

    @model_validator(mode="after")
    def _is_findable(self) -> Self:
        if not self.headings and not self.is_leading:
            raise ValueError(f"column {self.code} has neither headings nor is_leading")
        return self


class HeaderGroup(Entry):
    """A heading that the printed form puts over several columns; reading never needs it, empty forms are written with it."""

    heading: str
    """With the unit in brackets where it is that of all its columns."""
    columns: tuple[Code, ...]


class Condition(Entry):
    """What the text of a column must be, compared without case, accents and punctuation."""

    column: Code
    equals: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    starts_not_with: tuple[str, ...] = ()
    at_least: Decimal | None = None
    """The number in the cell; a cell without a number does not fulfil it."""
    is_filled: bool | None = None
    """A dash counts as not filled: not applicable."""


class Emission(Entry):
    """One observation of each row that fulfils the conditions."""

    columns: tuple[Code, ...]
    """Several: their sum, with all addresses."""
    measure: str
    """A measure code, `line` (the measure of the row's line) or `item` (the measure of the row's item)."""
    flow: Flow
    period: Relative = "form"
    is_period_of_heading: bool = False
    """Where the heading states the period of the file (Ước 6 tháng), the values are of that one, and else of `period`."""
    status: ObsStatus = "A"
    value: ValueRule = "number"
    threshold: Decimal | None = None
    values: Mapping[str, int] = Field(default_factory=dict)
    """Answers and their numbers, for `value: number` on a text column; an answer that is not listed is not a number."""
    otherwise: int | None = None
    """The number of every other answer, also of none."""
    when: tuple[Condition, ...] = ()
    blank: Literal["missing", "none", "zero"] = "missing"
    """What an empty cell says: not known (status M), not applicable, or nothing."""
    unit_column: Code | None = None
    status_words: Mapping[str, ObsStatus] = Field(default_factory=dict)
    """Words of the heading that change the status: Sơ bộ is P."""
    since_area: bool = False
    """The period starts no earlier than the area itself: year-to-date of a commune of 2025."""
    opening: Code | None = None
    """For a stock: the column, in the same unit, of what there was at the start of the period."""


class Line(Entry):
    """A row that the form prints: its label, and what stands in it."""

    code: str
    labels: tuple[str, ...]
    measure: str | None = None
    """None: a known row that carries no observation."""
    unit: str | None = None
    columns: tuple[Code, ...] = ()
    """The columns that apply to the row; empty: all."""
    flow: Flow | None = None
    """Instead of the flow of `period` emissions."""
    value: ValueRule | None = None


class Fact(Entry):
    """A column that repeats a number that the register has about the item; another one is asked about, the file counts."""

    column: Code
    attribute: str
    """One of `codelists.FACTS`."""
    tolerance: Annotated[Decimal, Field(ge=0, lt=1)]
    """So much of the registered number may lie between."""
    status: Status
    """Of the tolerance."""


class ItemRule(Entry):
    """How a row finds its item; the first rule whose conditions hold applies."""

    column: Code | None = None
    """The column whose text is the item; None: such rows have no item."""
    item_register: str | None = None
    key: Code | None = None
    """A column that identifies the item before its name does: tax code, store code."""
    suffix: Code | None = None
    """A second column whose text is added to the item: `<facility> | <waste>`."""
    kind: Code | None = None
    """A column that repeats the kind of the item; another one than the register's is asked about where it changes what the row gives."""
    facts: tuple[Fact, ...] = ()
    suffix_register: str | None = None
    unknown: Literal["warning", "accept"] = "warning"
    """What a label that the register does not list is: a finding, or an item of its own (open registers)."""
    when: tuple[Condition, ...] = ()


class AreaRule(Dated):
    """How a row finds its area; the first rule that holds for the period and whose conditions hold applies.

    `form`: the province. `column`: the place that is printed. `item`: where the register says the item stands.
    `heading`: the unit of the heading. `none`: no administrative area.
    """

    source: Literal["form", "column", "item", "heading", "none"]
    column: Code | None = None
    """The printed place; with `item` it must still be a place of the period."""
    area: str | None = None
    """With `form`: the key of the area."""
    starts: tuple[str, ...] = ()
    """With `heading`: starts of the line that names the unit."""
    levels: tuple[Literal["province", "district", "commune"], ...] = ()
    when: tuple[Condition, ...] = ()


class Rows(Entry):
    """What the rows of a table are and how each finds its key."""

    label: Code
    """The column with the words of the row."""
    key: tuple[Code, ...] = ()
    """Columns that identify the row together; empty: its line, item and area."""
    items: tuple[ItemRule, ...] = ()
    areas: tuple[AreaRule, ...]
    lines: tuple[Line, ...] = ()
    """The rows that the form prints; empty: any rows."""
    other_labels: Literal["warning", "accept"] = "warning"
    """Rows that are no line of the form: a finding, or rows that carry nothing here."""
    known_labels: tuple[str, ...] = ()
    """Rows that the form prints without observations: no warning."""
    totals: Literal["check", "observe"] = "check"
    """`observe`: the total is a row like the others (statistics)."""
    sections: tuple[str, ...] = ()
    """Rows that only divide the table."""
    sub_rows: tuple[str, ...] = ()
    """Starts of rows that are part of the row above, besides the common ones."""
    indented_are_parts: bool = False
    """Rows that begin with a dash are part of the row above."""
    filled: tuple[Code, ...] = ()
    """Columns of which one must hold a value, else the form is empty; none named: all that give observations."""


class FormTable(Entry):
    """A table of a form."""

    code: str
    rows: Rows
    columns: tuple[Column, ...]
    groups: tuple[HeaderGroup, ...] = ()
    observations: tuple[Emission, ...]
    starts_after: tuple[str, ...] = ()
    """Words of the line above the table; for tables that share a sheet."""
    optional: bool = False
    """The form may come without this table."""
    may_be_empty: bool = False
    """A table without values is no mistake: the sheet is passed over (workbooks with all tables of an office)."""
    departments: tuple[str, ...] = ()
    """Only these may send the table; empty: all senders of the form."""
    unlike: tuple[tuple[Code, ...], ...] = ()
    """Columns of which no two have the same numbers in all rows."""

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        codes = {column.code for column in self.columns}
        if len(codes) != len(self.columns):
            raise ValueError(f"table {self.code} has two columns of one code")
        for name in self._used():
            if name not in codes:
                raise ValueError(f"table {self.code} uses the column {name!r}, which it does not have")
        return self

    def _used(self) -> set[str]:
        rows = self.rows
        used = {rows.label, *rows.key, *rows.filled}
        used |= {name for rule in rows.items for name in (rule.column, rule.key, rule.suffix, rule.kind) if name}
        used |= {fact.column for rule in rows.items for fact in rule.facts}
        used |= {rule.column for rule in rows.areas if rule.column}
        used |= {c.column for item in rows.items for c in item.when} | {
            c.column for area in rows.areas for c in area.when
        }
        used |= {name for line in rows.lines for name in line.columns}
        used |= {name for names in (*(group.columns for group in self.groups), *self.unlike) for name in names}
        for emission in self.observations:
            used |= {*emission.columns, *(c.column for c in emission.when)}
            used |= {name for name in (emission.unit_column, emission.opening) if name}
        return used

    def column(self, code: str) -> Column:
        """The column of that code."""
        return next(column for column in self.columns if column.code == code)


class Recognition(Entry):
    """By what the form is known before its columns are looked at."""

    numbers: tuple[str, ...] = ()
    """Form numbers as printed, without "Biểu số": 01/SCT-CN."""
    titles: tuple[str, ...] = ()
    """Wordings of the title; all words of one must stand in one cell or in consecutive lines."""
    not_titles: tuple[str, ...] = ()
    """Words that make it another form with a like title."""
    by_headings: bool = False
    """Neither number nor title is needed: exports with a header row."""


class Layout(Dated):
    """One edition of a form. A new edition is a new entry; last year's file must still parse."""

    code: str
    recognise: Recognition
    tables: tuple[FormTable, ...]
    period_from: tuple[Literal["title", "column", "headings", "file_name"], ...] = ("title",)
    decimal: Literal["comma", "point"] | None = None
    """The decimal sign that the form prescribes for numbers kept as text; evidence where the column alone has none."""


class Form(Entry):
    """A form with its editions."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]*$")]
    name_vi: str
    name_en: str
    frequency: Literal["month", "quarter", "half", "year"]
    also: tuple[Literal["month", "quarter", "half", "year"], ...] = ()
    """Further lengths of the reference period: a half-yearly form that closes with a yearly one."""
    period_basis: Literal["calendar", "admin_15_14"] = "calendar"
    departments: tuple[str, ...]
    """Senders: folder codes, or a prefix with `*` (ubnd/*)."""
    key: tuple[Literal["form", "department", "area", "period"], ...] = ("form", "department", "period")
    """What makes two files versions of one submission."""
    semantics: Literal["full", "delta", "correction"] = "full"
    """full: a later file replaces all of the earlier one, also what it leaves out."""
    due: str | None = None
    """The code of the obligation in obligations.yaml, or a sentence."""
    source: str
    """Where the specification stands, and VERIFIED or ASSUMED."""
    layouts: tuple[Layout, ...]
    no_home: Mapping[str, str] = Field(default_factory=dict)
    """Measures that one would look for here, with the reason why the form does not give them."""
    note: str | None = None


def layout_of(form: Form, day: date) -> Layout | None:
    """The edition that holds for a period that ends on that day."""
    return next((layout for layout in form.layouts if layout.is_valid_on(day)), None)
