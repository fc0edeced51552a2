"""The values that travel between the stages: cells in, observations and issues out. Plain data, no behaviour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

Severity = Literal["critical", "warning", "info"]
Responsibility = Literal["department", "us"]
Flow = Literal["period", "ytd", "stock", "plan"]
ObsStatus = Literal["A", "E", "P", "M"]
Verdict = Literal[
    "accepted", "accepted_with_warnings", "rejected", "unreadable", "unknown_form", "not_permitted", "duplicate"
]
CellKind = Literal["text", "number", "date", "bool", "error", "uncached"]
"""`error`: an Excel error such as #N/A. `uncached`: a formula whose result was never stored."""

SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")


@lru_cache(maxsize=2048)
def column_letters(column: int) -> str:
    """The letters of a 1-based column number: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Cell(NamedTuple):
    """One filled cell. `row` and `column` count from 1; empty cells do not exist. A workbook may hold a million: it is a plain tuple."""

    row: int
    column: int
    kind: CellKind
    text: str
    """What stood there, as read: the number's shortest exact digits, the ISO date, the decoded Unicode (NFC) text, the error's name."""
    raw: str | None = None
    """The text before legacy fonts and encodings were decoded, when that changed it."""
    is_percent: bool = False
    """The cell's number format is a percentage: 0.85 is shown as 85 %."""

    @property
    def number(self) -> Decimal | None:
        """Exactly what a cell of kind `number` holds."""
        return Decimal(self.text) if self.kind == "number" else None

    @property
    def when(self) -> date | datetime | None:
        """What a cell of kind `date` holds; None where that is no date of the calendar."""
        if self.kind != "date":
            return None
        try:
            return datetime.fromisoformat(self.text) if "T" in self.text else date.fromisoformat(self.text)
        except ValueError:
            return None

    @property
    def address(self) -> str:
        """The A1 address, without the sheet."""
        return f"{column_letters(self.column)}{self.row}"


class Cells(Mapping[tuple[int, int], Cell]):
    """Filled cells by (row, column), kept row by row: {row: {column: Cell}}."""

    __slots__ = ("rows",)

    def __init__(self, rows: Mapping[int, Mapping[int, Cell]]) -> None:
        self.rows = rows

    @classmethod
    def of(cls, cells: Mapping[tuple[int, int], Cell]) -> Cells:
        """The same cells, row by row."""
        if isinstance(cells, Cells):
            return cells
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in cells.items():
            rows.setdefault(row, {})[column] = cell
        return cls(rows)

    def __getitem__(self, position: tuple[int, int]) -> Cell:
        row, column = position
        return self.rows[row][column]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((row, column) for row, cells in self.rows.items() for column in cells)

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, all bounds inclusive and counted from 1; its value is the cell at its top left."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """One sheet: its filled cells by (row, column)."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    is_visible: bool = True
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Copy:
    """An .xlsx with what a file of another kind shows, to be marked and sent back."""

    content: bytes
    names: Mapping[str, str]
    """The name of each sheet in the copy, by its own."""


@dataclass(frozen=True)
class Workbook:
    """What a parser child read from one file. For a CSV: one sheet with an empty name."""

    container: str
    """xlsx, xlsm, xls, xlsb, ods, csv, html, docx"""
    sheets: tuple[Sheet, ...]
    notes: tuple[Note, ...] = ()
    """What the gate saw and let pass: macros, external links, lost glyphs. Each becomes an issue of that rule."""
    corrects: str | None = None
    """The submission id in our own feedback sheet, when a clerk corrected a marked workbook and sent it back."""
    feedback: Sheet | None = None
    """That feedback sheet, which is not among `sheets`: it holds the clerk's confirmations and no data."""
    copy: Copy | None = None
    """When it was asked for, and the file is a small spreadsheet that is no .xlsx."""


@dataclass(frozen=True, slots=True)
class Note:
    """A rule id with its place and the words to fill its message."""

    rule: str
    sheet: str | None = None
    cell: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """A reference period; `end` is inclusive. Codes: 2024-06, 2024-Q2, 2024-H1, 2024-9M, 2024."""

    code: str
    start: date
    end: date
    frequency: Literal["M", "Q", "H", "N", "A"]
    basis: Literal["calendar", "admin_15_14"] = "calendar"


@dataclass(frozen=True, slots=True)
class Observation:
    """One harmonised value with everything needed to find the cell that it came from."""

    form: str
    measure: str
    item_code: str | None
    item_name: str | None
    area: str | None
    """`vintage:code`; None where the form says that the value has no administrative area."""
    period: Period
    flow: Flow
    obs_status: ObsStatus
    value: Decimal | None
    unit: str
    """The measure's canonical unit, as text."""
    source_sheet: str
    source_cell: str
    source_label: str
    source_value: str | None
    """The text as read, before any decoding of numbers; None for a blank cell."""
    source_unit: str | None
    factor: Decimal = Decimal(1)
    factor_version: str | None = None

    @property
    def about(self) -> tuple[object, ...]:
        """What the value is about: two observations of one submission with the same state the same twice."""
        item, period = self.item_code or self.item_name, self.period
        return self.form, self.measure, item, self.area, period.start, period.end, self.flow


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding, complete with the sentences for the clerk and for the engineer."""

    severity: Severity
    rule: str
    responsibility: Responsibility
    message_vi: str
    message_en: str
    sheet: str | None = None
    cell: str | None = None
    value: str | None = None
    cells: tuple[str, ...] = ()
    """All cells of one root cause, `cell` among them, when there are several."""
    family: str | None = None


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What became of one sheet, and why."""

    name: str
    form: str | None
    why: str


@dataclass(frozen=True)
class Table:
    """The body of a recognised table: one mapping a row from column code to value; the cells beside it for addresses."""

    form: str
    layout: str
    table: str
    sheet: str
    rows: tuple[Mapping[str, Decimal | str | bool | None], ...]
    """Values in the canonical unit of the column, plus the columns that the form derives, plus `row_no`."""
    addresses: tuple[Mapping[str, str], ...]
    """The A1 address of each column's cell, a row."""


@dataclass(frozen=True)
class Reading:
    """Everything that one file said: the result of recognise and harmonise, before the suites run."""

    forms: tuple[str, ...]
    layout: str | None
    department: str
    area: str | None
    period: Period | None
    sheets: tuple[SheetReading, ...]
    observations: tuple[Observation, ...]
    issues: tuple[Issue, ...]
    tables: tuple[Table, ...] = ()
    amendment: int | None = None
    """The n of "Sửa đổi, bổ sung lần n"; None when the heading states none."""
    explain: tuple[str, ...] = ()
    """One line a decision, with addresses: what `xanh check --explain` prints."""

    @property
    def form(self) -> str | None:
        """The form code; several joined by `+`; None when none was recognised."""
        return "+".join(self.forms) or None
