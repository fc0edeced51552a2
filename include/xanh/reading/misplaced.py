"""Values that stand in a place that is not theirs: under another heading, over several cells, or nowhere in a whole column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from xanh.catalog.forms import FormTable
from xanh.model import Cell, Sheet, column_letters
from xanh.reading.findings import Findings
from xanh.reading.grid import Grid, is_figure
from xanh.reading.headings import Header
from xanh.reading.phrases import bare
from xanh.reading.repeated import repeated_columns, repeated_rows
from xanh.reading.rows import Body, BodyRow, Places
from xanh.reading.values import ColumnValues

_FEW = 3
"""An empty column is no more than an empty cell in a table of fewer rows."""
_MANY = 5
"""An empty cell is strange where so many other rows have something there. ASSUMED."""


class Misplaced:
    """Looks at the rows of one table, one after the other, and remembers which cells they left empty."""

    def __init__(self, table: FormTable, values: Mapping[str, ColumnValues], places: Places) -> None:
        self._table, self._values, self._places = table, values, places.columns
        observed = {code for emission in table.observations for code in emission.columns}
        self._numbers = {c.code for c in table.columns if c.code in observed & values.keys() and c.role != "tick"}
        self._asked = {
            code
            for each in table.observations
            if each.value in ("number", "positive") and each.blank == "missing" and each.otherwise is None
            for code in each.columns
        }
        self._blanks: dict[str, list[tuple[str, str]]] = {}
        self._filled: Counter[str] = Counter()
        self._openings = {e.columns: e.opening for e in table.observations if e.opening in values}
        self._mandatory = {c.code for c in table.columns if c.mandatory != "never"}
        self._amounts = {
            c.code for c in table.columns if c.role == "number" and c.code in self._mandatory & values.keys()
        }
        self._conditions = {c.column for emission in table.observations for c in emission.when}
        self._words = {c.code: Counter[str]() for c in table.columns if c.role in ("text", "ignored")}
        """How often each text stands in the columns that hold words."""
        self._strange: list[tuple[str, Cell, str]] = []
        self._empty: Counter[str] = Counter()
        self._spare: set[str] = set()
        self._found: list[list[tuple[str, Cell, str, str]]] = []

    def take(self, row: BodyRow, used: set[str], *, is_answer: bool = False) -> None:
        """Looks at a row; `used`: the columns from which it gives observations. `is_answer`: words are wanted, a blank is a no."""
        for code, cell in row.cells.items():
            if cell.kind == "text" and code in self._words:
                self._words[code][cell.text] += 1
        self._strange += [
            (row.label.strip(), cell, code)
            for code, cell in row.cells.items()
            if cell.kind == "text" and code in self._amounts and self._values[code].read(cell).kind == "not_number"
        ]
        asked = set() if is_answer else used & self._asked & self._mandatory & self._places.keys()
        self._filled.update(asked & row.cells.keys())
        for code in asked - row.cells.keys():
            self._blanks.setdefault(code, []).append((row.label.strip(), self._address(code, row.number)))
        openings = {code for codes, code in self._openings.items() if code and used.issuperset(codes)}
        empty = ((used & self._numbers) | openings) - row.cells.keys()
        spare = self._numbers & row.cells.keys() - used
        if not empty:
            self._spare |= spare
            return
        self._empty.update(empty & used)
        numbers = [(code, row.cells[code]) for code in sorted(spare) if self._values[code].read(row.cells[code]).number]
        numbers += [(c, row.cells[c]) for c in self._words if c in row.cells and row.cells[c].kind == "number"]
        self._found.append([(row.label.strip(), cell, code, min(empty)) for code, cell in numbers])

    def strays(self) -> Iterator[tuple[str, Cell, str, str]]:
        """Numbers that their row has no use for while a cell that it needs is empty: label, cell, its column, and the empty one.

        A column that complete rows fill without a use for it is none of these: it is there for the checks. Nor is one of words,
        unless the other rows do write words there.
        """
        for found in self._found:
            yield from [each for each in found if self._is_stray(each[2])][:1]

    def _is_stray(self, code: str) -> bool:
        return self._words[code].total() >= _FEW if code in self._words else code not in self._spare

    def strange_words(self) -> Iterator[tuple[str, Cell, str, str]]:
        """Texts in the place of an amount that other rows have in a column of words: label, cell, its column, and that one."""
        for label, cell, code in self._strange:
            text = bare(cell.text)
            said = ((each, any(bare(word) == text for word in texts)) for each, texts in self._words.items())
            other = next((each for each, is_said in said if is_said), None)
            if other is not None:
                yield label, cell, code, other

    def lone_blanks(self) -> Iterator[tuple[str, str, str]]:
        """The one blank cell of a mandatory column that all other rows fill, as where values slipped by a row: label, address, column.

        Several blanks are a habit: nothing arose there.
        """
        for code, blanks in sorted(self._blanks.items()):
            if len(blanks) == 1 and self._filled[code] >= _MANY:
                yield *blanks[0], code

    def _address(self, code: str, row: int) -> str:
        return f"{column_letters(self._places[code])}{row}"

    def report(self, findings: Findings, sheet: str, heading: Callable[[str], str], body: Body, header: Header) -> None:
        """Notes what the rows of a table with values show."""
        for label, cell, *codes in self.strays():
            column, empty = map(heading, codes)
            findings.add("W19", sheet, cell, label=label, column=column, empty=empty)
        for label, cell, *codes in self.strange_words():
            column, other = map(heading, codes)
            findings.add("W28", sheet, cell, label=label, column=column, other=other)
        for code in self.empty_columns(body):
            findings.add("W20", sheet, self._address(code, header.bottom), "", column=heading(code))
        for label, address, code in self.lone_blanks():
            findings.add("W30", sheet, address, "", label=label, column=heading(code))
        for row, earlier in repeated_rows(self._table, self._values, body):
            first = earlier.label_cell.address if earlier.label_cell else f"A{earlier.number}"
            findings.add(
                "W36", sheet, row.label_cell, label=row.label.strip(), other=earlier.label.strip(), first=first
            )
        for code, other in repeated_columns(self._table, self._values, body):
            at = self._address(code, header.bottom)
            findings.add("W37", sheet, at, "", column=heading(code), other=heading(other))

    def undecided(self, row: BodyRow, used: set[str]) -> Cell | None:
        """The text that should say what the row gives, where it gives nothing although figures stand there."""
        if used or not self._numbers & row.cells.keys():
            return None
        return next((row.cells[code] for code in sorted(self._conditions) if code in row.cells), None)

    def empty_columns(self, body: Body) -> list[str]:
        """Mandatory columns that rows have a use for and of which no row says anything, not even that nothing arose."""
        return [
            code
            for code, count in self._empty.items()
            if count >= _FEW
            and code in self._mandatory
            and not any(code in row.cells for row in body.rows if row.kind == "item")
        ]


def unheaded_values(grid: Grid, header: Header, body: Body, places: Places) -> list[Cell]:
    """Numbers of the body that stand right of the row's name in a column without a heading of its own: nobody can say what they are."""
    first = max(places.label, default=0)
    headings = {column: heading.text for column, heading in header.headings.items()}
    groups = {
        heading.text for heading in header.unknown if any(t.startswith(f"{heading.text} / ") for t in headings.values())
    }
    rows = (grid.rows[row] for row in grid.filled_rows() if header.bottom < row < body.last)
    found = [
        cell
        for cells in rows
        for column, cell in cells.items()
        if column > first and headings.get(column) in {None, *groups} and is_figure(cell)
    ]
    return found if len(found) >= _FEW else []


def merged_values(sheet: Sheet, grid: Grid, body: Body, places: Places, codes: set[str]) -> Iterator[Cell]:
    """Numbers of item rows in cells that are merged over several value columns or rows: nobody can say whose they are."""
    rows = {row.number for row in body.rows if row.kind == "item"}
    wanted = {places.columns[code] for code in codes}
    for merge in sheet.merges:
        columns = wanted & set(range(merge.left, merge.right + 1))
        covered = rows & set(range(merge.top, merge.bottom + 1))
        cell = grid.rows.get(merge.top, {}).get(merge.left)
        if cell is not None and covered and columns and len(columns) * len(covered) > 1 and is_figure(cell):
            yield cell
