"""The body of a table: which rows carry values, which divide, add up or belong to the row above, and where the table ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from xanh.catalog import Catalog
from xanh.catalog.forms import FormTable
from xanh.language.text import fold
from xanh.model import Cell
from xanh.reading.answers import answer, known_answers
from xanh.reading.grid import Grid, is_figure, vertical_merges
from xanh.reading.headings import Header
from xanh.reading.phrases import bare
from xanh.reading.row_words import row_words, starts
from xanh.reading.wordings import wordings_of

RowKind = Literal["item", "total", "part", "section"]

_DATE_LINE = re.compile(r"\bngay\b.{0,12}\bthang\b.{0,12}\bnam\b")
_ROMAN = re.compile(r"^(?:[ivx]+|[a-e])[.)]?$", re.IGNORECASE)
_COUNTER = re.compile(r"^\(?(\d{1,2})\)?(?:\s*=.*)?$")
_WHOLE = 3
"""Figures below a table that are no scribble. ASSUMED."""
_INDENT = re.compile(r"^[\s\u00a0]*")


@dataclass(frozen=True)
class BodyRow:
    """A row of a table with its cells by column code; columns that are empty in the row are absent."""

    number: int
    kind: RowKind
    label: str
    label_cell: Cell | None
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Body:
    """The rows of a table in order, and rows with values that stand after its end."""

    rows: tuple[BodyRow, ...]
    last: int
    remarks: tuple[Cell, ...]
    """Remarks below which the table goes on."""
    stray: tuple[Cell, ...]
    """Cells with numbers or answers in value columns below the end of the table."""


@dataclass(frozen=True)
class Places:
    """Where the columns of a table are: code -> sheet column; the label may be spread over several."""

    columns: Mapping[str, int]
    label: tuple[int, ...]
    values: tuple[int, ...]
    """Columns that make a row more than a heading: numbers, percentages, ticks, answers."""
    counter: tuple[int, ...]
    """Columns left of the label: STT."""


def read_body(
    catalog: Catalog,
    table: FormTable,
    grid: Grid,
    header: Header,
    places: Places,
    stop: int,
    is_known: Callable[[str], bool],
) -> Body:
    """The rows from below the header down to the end of the table, at most to the row before `stop`."""
    reader = _BodyReader(catalog, table, grid, header, places, is_known)
    rows = [row for row in grid.filled_rows() if header.bottom < row < stop]
    for index, number in enumerate(rows):
        if not reader.is_end(number):
            reader.take(number)
        elif reader.goes_on(number, rows[index + 1 :]):
            reader.remarks.append(min(grid.rows[number].items())[1])
        else:
            return Body(tuple(reader.rows), number, tuple(reader.remarks), tuple(reader.strays(rows[index:])))
    return Body(tuple(reader.rows), rows[-1] + 1 if rows else header.bottom + 1, tuple(reader.remarks), ())


class _BodyReader:
    def __init__(
        self,
        catalog: Catalog,
        table: FormTable,
        grid: Grid,
        header: Header,
        places: Places,
        is_known: Callable[[str], bool],
    ) -> None:
        self.table, self.grid, self.header, self.places, self.is_known = table, grid, header, places, is_known
        self.words = row_words(catalog)
        self.wordings = wordings_of(catalog, table)
        self.sub_rows = tuple(bare(start) for start in table.rows.sub_rows)
        self.sections = tuple(bare(section) for section in table.rows.sections)
        self.rows: list[BodyRow] = []
        self.remarks: list[Cell] = []
        self._dated = {column.code for column in table.columns if column.is_period}
        self._broken_label: tuple[str, Cell] | None = None
        self._indent: int | None = None
        texts = [
            places.columns[c.code] for c in table.columns if c.role in ("text", "unit") and c.code in places.columns
        ]
        self._answers = {
            places.columns[code]: answers for code, answers in known_answers(table).items() if code in places.columns
        }
        self._covered = vertical_merges(grid, (*places.label, *texts))

    def is_end(self, number: int) -> bool:
        cells = self.grid.rows[number]
        first = cells[min(cells)]
        if self._has_numbers(cells) or first.kind != "text":
            return False
        texts = [bare(cell.text).lstrip("- ") for cell in cells.values() if cell.kind == "text"]
        is_word = any(starts(text, (*self.words.notes, *self.words.ends)) for text in texts[:1])
        return is_word or any(_DATE_LINE.search(text) for text in texts)

    def goes_on(self, number: int, below: list[int]) -> bool:
        """Whether the row is a remark between the rows of the table: before any other end known rows follow, and none again."""
        said, is_known = {bare(row.label) for row in self.rows}, False
        if not self._is_note(number):
            return False
        for row in below:
            if self.is_end(row) and not self._is_note(row):
                break
            label = " ".join(
                cell.text for c in self.places.label if (cell := self._cell(row, c)) and cell.kind == "text"
            )
            if self.is_known(label) and any(self._cell(row, column) is not None for column in self.places.values):
                if bare(label) in said:
                    return False
                is_known = True
        return is_known

    def _is_note(self, number: int) -> bool:
        cells = self.grid.rows[number]
        return starts(bare(cells[min(cells)].text).lstrip("- "), self.words.notes)

    def strays(self, rows: list[int]) -> list[Cell]:
        """The first figure or answer of each row that is named, in the column of the names or, of a whole row of them, anywhere."""
        found: list[Cell] = []
        for number in rows:
            cells = self.grid.rows[number]
            said = [cells[c] for c in self.places.values if c in cells and is_figure(cells[c])]
            said += [cells[c] for c, known in self._answers.items() if c in cells and answer(cells[c]) in known]
            where = self.places.label if len(said) < _WHOLE else cells
            if said and any(c in cells and cells[c].kind == "text" and not is_figure(cells[c]) for c in where):
                found += said[:1]
        return found

    def take(self, number: int) -> None:
        raw = self.grid.rows[number]
        if is_code_row(raw) or self._is_repeated_header(raw):
            return
        cells = {code: cell for code, column in self.places.columns.items() if (cell := self._cell(number, column))}
        label_cells = [
            cell
            for column in self.places.label
            if (cell := self._cell(number, column)) and cell.kind in ("text", "date")
        ]
        counter = next((raw[c] for c in self.places.counter if c in raw), None)
        if not label_cells and counter is not None and counter.kind == "text":
            label_cells = [counter]
        label = " ".join(cell.text for cell in label_cells).replace("\n", " ")
        has_values = any(self._cell(number, c) is not None for c in self.places.values)
        if not label.strip() and (not has_values or not self._says_something(raw)):
            return
        if self._broken_label and has_values and self._goes_on(label.strip()):
            label = f"{self._broken_label[0].strip()} {label.strip()}"
        self._broken_label = None
        kind = self._kind(label, counter, cells, has_values)
        if kind == "section" and not has_values and label_cells:
            self._broken_label = (label, label_cells[0])
        self.rows.append(BodyRow(number, kind, label.rstrip(), label_cells[0] if label_cells else None, cells))

    def _goes_on(self, label: str) -> bool:
        """Whether the words are the second half of a label that began in the row above."""
        return (label[:1].islower() or label.startswith("(")) and not self.is_known(label)

    def _kind(self, label: str, counter: Cell | None, cells: Mapping[str, Cell], has_values: bool) -> RowKind:
        plain = bare(label).strip(" .:;-*+")
        named = re.sub(r"\([^)]*\)", "", plain).strip(" .:;")
        if named in self.words.totals:
            return "item" if self.table.rows.totals == "observe" else "total"
        is_alone = not self._dated.isdisjoint(cells)  # the rows of a long table say their period, parts and sums do not
        if not is_alone and (self._is_part(label, plain, counter, has_values) or self._is_subtotal(label)):
            return "part"
        if not has_values and self._is_section(label, plain, counter):
            self._indent = None
            return "section"
        self._indent = None
        return "item"

    def _is_subtotal(self, label: str) -> bool:
        """Whether the row adds up some of the rows: Cộng các phường. Never where the form prints its rows itself."""
        if self.table.rows.lines or self.table.rows.totals == "observe":
            return False
        return starts(fold(label).strip(" .:;-*+"), self.words.sums) and not self.is_known(label)

    def _is_part(self, label: str, plain: str, counter: Cell | None, has_values: bool) -> bool:
        indent = len(_INDENT.match(label)[0])  # type: ignore[index]
        mark = counter.text.strip() if counter is not None else ""
        if starts(plain, self.words.parts):
            self._indent = indent
            return True
        if mark in ("-", "–", "+", "•", "*") or (self.sub_rows and starts(plain, self.sub_rows)):
            self._indent = indent if self._indent is None else self._indent
            return True
        dashed = label.lstrip().startswith(("-", "–", "+"))
        if dashed and (self.table.rows.indented_are_parts or self._indent is not None):
            return True
        is_numbered = counter is not None and (counter.kind == "number" or mark.rstrip(".)").isdigit())
        return self._indent is not None and not is_numbered and indent > 0 and indent >= self._indent and has_values

    def _is_section(self, label: str, plain: str, counter: Cell | None) -> bool:
        mark = counter.text.strip() if counter is not None else ""
        if _ROMAN.match(mark) or plain in self.sections:
            return True
        if self.is_known(label):
            return False
        is_numbered = counter is not None and (counter.kind == "number" or mark.rstrip(".)").isdigit())
        return not is_numbered

    def _cell(self, number: int, column: int) -> Cell | None:
        cell = self.grid.rows[number].get(column)
        if cell is not None and cell.kind == "text" and not cell.text.strip():
            cell = None
        return cell or self._covered.get((number, column))

    def _says_something(self, cells: Mapping[int, Cell]) -> bool:
        """Whether a row without a label holds a number, an error or an answer, and not just words such as a repeated heading."""
        is_answered = any(
            column in cells and answer(cells[column]) in answers for column, answers in self._answers.items()
        )
        return is_answered or any(
            cells[column].kind != "text" or any(c.isdigit() for c in cells[column].text.split(" ")[0])
            for column in self.places.values
            if column in cells
        )

    def _has_numbers(self, cells: Mapping[int, Cell]) -> bool:
        return any(cells[column].kind == "number" for column in self.places.values if column in cells)

    def _is_repeated_header(self, cells: Mapping[int, Cell]) -> bool:
        """A header printed again on the next page: every text is a heading of the table."""
        texts = [cell for cell in cells.values() if cell.kind == "text"]
        if len(texts) < 2 or self._has_numbers(cells):
            return False
        labels = [cells[column].text for column in self.places.label if column in cells]
        if any(self.table.rows.label in self.wordings.match(label, None) for label in labels):
            return True
        said = {heading.text for heading in self.header.headings.values()}
        parts = {part for text in said for part in text.split(" / ")}
        return all(" ".join(cell.text.split()) in parts for cell in texts)


def is_code_row(cells: Mapping[int, Cell]) -> bool:
    """Whether a row only numbers the columns: A | B | 1 | 2 | 3=2/1. Beside a letter, numbers of emptied columns may lack."""
    if len(cells) < 3:
        return False
    counts: list[int] = []
    for column in sorted(cells):
        text = cells[column].text.strip()
        found = _COUNTER.match(text)
        if found:
            counts.append(int(found[1]))
        elif not (len(text.strip("()")) == 1 and text.strip("()").isalpha()):
            return False
    first, has_letter = min(counts, default=9), len(counts) < len(cells)
    if len(counts) < 2 or first not in (0, 1, 2):
        return False
    if has_letter:
        return len(set(counts)) == len(counts) and max(counts) - first < 2 * len(counts)
    return counts == list(range(first, first + len(counts)))
