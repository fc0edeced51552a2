"""What stands around the tables of a sheet: form number, title, period, unit line, number of the amendment, heading of the sender."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xanh import periods
from xanh.catalog.forms import Form, HeadingWords, Layout
from xanh.headings import Grid
from xanh.model import Cell
from xanh.phrases import bare

TOP_ROWS = 25
"""Titles stand in the first rows; a table may begin below them."""

_AMENDMENT = re.compile(r"\b(?:sua doi|bo sung|dieu chinh)[ ,a-z]*\blan\s*(?:thu\s*)?(\d+)")
_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Line:
    """A text of the sheet outside its tables."""

    cell: Cell
    plain: str


@dataclass(frozen=True)
class Facts:
    """The lines of a sheet above its first table, and what they say."""

    lines: tuple[Line, ...]
    amendment: tuple[int, Cell] | None

    def number_of(self, layout: Layout) -> Cell | None:
        """The cell with the form number of the layout."""
        wanted = [squeezed(number) for number in layout.recognise.numbers]
        for line in self.lines:
            here = squeezed(line.plain)
            if any(number in here for number in wanted):
                return line.cell
        return None

    def title_of(self, layout: Layout, *, strict: bool = True) -> Cell | None:
        """The first cell of the title of the layout; the title may be broken over two lines. Not strict: also of a like form."""
        for index, line in enumerate(self.lines):
            following = self.lines[index + 1].plain if index + 1 < len(self.lines) else ""
            if line.plain.startswith(("(kem theo", "kem theo")):
                continue
            for title in layout.recognise.titles:
                words = set(_words(title))
                alone, joined = set(_words(line.plain)), set(_words(f"{line.plain} {following}"))
                if words <= alone or (words <= joined and words & alone and len(words & alone) * 2 >= len(words)):
                    if strict and any(set(_words(other)) <= joined for other in layout.recognise.not_titles):
                        return None
                    return line.cell
        return None


def squeezed(text: str) -> str:
    """Letters and digits only: "Biểu số: 01 / SCT-CN" is bieuso01sctcn."""
    return _LETTERS.sub("", bare(text))


def _words(text: str) -> list[str]:
    return _LETTERS.sub(" ", bare(text)).split()


def read_facts(grid: Grid) -> Facts:
    """The texts of the first rows of a sheet."""
    lines = [
        Line(cell, bare(cell.text))
        for row in grid.filled_rows()
        if row <= TOP_ROWS
        for _, cell in sorted(grid.rows[row].items())
        if cell.kind == "text" and len(cell.text.strip()) > 1
    ]
    return Facts(tuple(lines), _amendment(lines))


def _amendment(lines: list[Line]) -> tuple[int, Cell] | None:
    for line in lines:
        found = _AMENDMENT.search(line.plain)
        if found:
            return int(found[1]), line.cell
    return None


def title_periods(form: Form, facts: Facts, layout: Layout) -> list[tuple[str, Cell]]:
    """The period codes of the form's frequency that the title, the lines just below it and "Kỳ báo cáo" state, with their cells."""
    title = facts.title_of(layout)
    anchor = title or facts.number_of(layout)
    found: list[tuple[str, Cell]] = []
    for line in facts.lines:
        is_own = line.cell is title or line.plain.startswith("ky bao cao")
        if is_own or (anchor is not None and _continues(anchor, line)):
            code = period_in(form, line.cell.text)
            if code is not None:
                found.append((code, line.cell))
    return found


def _continues(anchor: Cell, line: Line) -> bool:
    """Whether a line may carry the period of the title: just below it, in its column, and no reference to a letter."""
    below = 0 < line.cell.row - anchor.row <= 2 and line.cell.column == anchor.column
    return below and not line.plain.startswith(("(kem theo", "kem theo", "(ban hanh", "ban hanh", "so:", "so "))


def period_in(form: Form, text: str) -> str | None:
    """The code of the first period of the form's frequency that a text states with its year."""
    letter = {"month": "M", "quarter": "Q", "half": "H", "year": "A"}[form.frequency]
    found = (one for one in periods.find_periods(text, form.period_basis) if one.frequency == letter)
    return next((one.code for one in found), None)


def unit_line(words: HeadingWords, grid: Grid, header_top: int) -> tuple[str, Cell] | None:
    """The unit that the line above a header states: "Đơn vị tính: tấn", or a cell whose only text is a unit."""
    starts = tuple(bare(start) for start in words.unit_lines)
    for row in reversed([row for row in grid.filled_rows() if header_top - 6 <= row < header_top]):
        for cell in grid.rows[row].values():
            plain = bare(cell.text)
            if cell.kind == "text" and plain.startswith(starts) and ":" in plain:
                return cell.text.partition(":")[2].strip().rstrip("."), cell
    return None
