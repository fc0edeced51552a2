"""What a sample workbook of an unknown form looks like: its table, columns, title, number and period."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xanh.catalog import Catalog
from xanh.codes import units
from xanh.language import periods
from xanh.model import Cell, Period
from xanh.reading.grid import Grid, is_year
from xanh.reading.phrases import bare, mentions, relation, split_brackets
from xanh.reading.rows import is_code_row
from xanh.reading.titles import unit_line

_NUMBER = re.compile(r"bi[eể]u\s*(?:s[oố])?\s*:?\s*(\d{1,2}\s*[/.-]\s*[A-ZĐa-zđ0-9-]+)", re.IGNORECASE)
_NO_TITLE = ("cong hoa", "uy ban", "so ", "so:", "doc lap", "bieu", "ky bao cao", "don vi", "kem theo")
"""Beginnings of lines that belong to the letterhead."""
_TICKS = ("x", "✓", "✔")


@dataclass(frozen=True)
class LearnedColumn:
    """A column of the sample: its heading as a wording, and what its cells look like."""

    code: str
    wording: str
    role: str
    unit: str | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Region:
    """Where the table of a sheet stands."""

    top: int
    bottom: int
    last: int


def find_region(grid: Grid) -> Region | None:
    """The header rows above the first run of rows with values, and the last of these."""
    rows = list(grid.filled_rows())
    body = [row for row in rows if _is_body(grid, row)]
    if not body:
        return None
    first = body[0]
    last = max(row for row in body if row - first <= len(body) + 10)
    above = [row for row in rows if row < first and not is_code_row(grid.rows[row])]
    header: list[int] = []
    for row in reversed(above):
        if (header and header[0] - row > 1) or len(grid.spans.get(row, {})) < 2 or _is_heading_line(grid, row):
            break
        header.insert(0, row)
    return Region(header[0], header[-1], last) if header else None


def _is_body(grid: Grid, row: int) -> bool:
    cells = grid.rows[row]
    if is_code_row(cells):
        return False
    numbers = sum(cell.kind == "number" and not is_year(cell) for cell in cells.values())
    marks = sum(cell.text.strip() in ("-", "–", "…", "x") for cell in cells.values())
    return any(cell.kind == "text" and len(cell.text.strip()) > 1 for cell in cells.values()) and numbers + marks >= 2


def _is_heading_line(grid: Grid, row: int) -> bool:
    """Whether a row belongs to the letterhead or the title: one text over the whole width, or the national motto."""
    texts = [bare(text) for text in grid.texts(row)]
    return len(grid.rows[row]) == 1 or any(text.startswith(("cong hoa", "doc lap", "uy ban")) for text in texts)


def sample_period(grid: Grid, region: Region, file_name: str) -> Period | None:
    """The first period that the lines above the table, or the file name, state."""
    for row in grid.filled_rows():
        for text in grid.texts(row) if row < region.top else ():
            if not bare(text).startswith(("(kem theo", "so:")) and (found := periods.find_periods(text)):
                return found[0]
    stated = [one for mention in periods.file_name_mentions(file_name) if (one := mention.period())]
    return stated[0] if stated else None


def sample_columns(catalog: Catalog, grid: Grid, region: Region, period: Period | None) -> Iterator[LearnedColumn]:
    """The columns of the table with what their cells look like."""
    seen: set[str] = set()
    for place in sorted({c for row in range(region.top, region.bottom + 1) for c in grid.spans.get(row, {})}):
        pieces = list(
            dict.fromkeys(
                " ".join(grid.spans[row][place].text.split())
                for row in range(region.top, region.bottom + 1)
                if place in grid.spans.get(row, {})
            )
        )
        wording, unit = _wording(catalog, " ".join(pieces), period)
        cells = tuple(
            grid.rows[row][place]
            for row in range(region.bottom + 1, region.last + 1)
            if place in grid.rows.get(row, {}) and not is_code_row(grid.rows[row])
        )
        code = _code(pieces[-1], pieces, seen)
        seen.add(code)
        yield LearnedColumn(code, wording, _role(wording, unit, cells), unit, cells)


def _wording(catalog: Catalog, text: str, period: Period | None) -> tuple[str, str | None]:
    """The heading with placeholders for periods and without its unit."""
    unit: str | None = None
    for inner in split_brackets(text)[1]:
        if units.resolve(catalog, inner).unit is not None:
            unit, text = inner, text.replace(f"({inner})", " ")
    plain = bare(text)
    if period is None or len(plain) != len(" ".join(text.split())):
        return " ".join(text.split()), unit
    text = " ".join(text.split())
    for start, end, mention in reversed(mentions(plain)):
        word = relation(mention, period)
        if not word.startswith("@?"):
            text = f"{text[:start]}{{{word[1:]}}}{text[end:]}"
    return text, unit


def _code(text: str, pieces: list[str], seen: set[str]) -> str:
    for candidate in (text, " ".join(pieces)):
        words = [
            word for word in re.findall(r"[a-z]+", bare(split_brackets(candidate)[0])) if word not in ("thang", "nam")
        ]
        code = "_".join(words[:4]) or "column"
        if code not in seen:
            return code
    return next(f"{code}_{number}" for number in range(2, 100) if f"{code}_{number}" not in seen)


def _role(wording: str, unit: str | None, cells: tuple[Cell, ...]) -> str:
    plain = bare(wording)
    if plain in ("stt", "tt", "so tt", "ghi chu"):
        return "ignored"
    if plain in ("don vi tinh", "dvt"):
        return "unit"
    filled = [cell for cell in cells if cell.text.strip()]
    if filled and all(cell.text.strip().lower() in _TICKS for cell in filled):
        return "tick"
    numbers = sum(cell.kind == "number" or cell.text.strip() in ("-", "–", "…") for cell in filled)
    if filled and numbers * 2 > len(filled):
        return "percent" if unit == "%" or "%" in wording else "number"
    return "text"


def form_number(grid: Grid, region: Region) -> str | None:
    """The form number that stands above the table, as printed."""
    for row in grid.filled_rows():
        for text in grid.texts(row) if row < region.top else ():
            if found := _NUMBER.search(text):
                return "".join(found[1].split())
    return None


def form_title(grid: Grid, region: Region) -> str | None:
    """The longest line in capitals above the header that is no letterhead, else the longest that states a period; without its
    brackets, which hold a unit or a letter."""
    lines = [
        line
        for row in grid.filled_rows()
        if row < region.top
        for line in (split_brackets(text)[0] for text in grid.texts(row))
        if line and not bare(line).startswith(_NO_TITLE)
    ]
    loud = [line for line in lines if line.upper() == line]
    return max(loud or [line for line in lines if bare_title(line) and mentions(bare(line))], key=len, default=None)


def table_unit(catalog: Catalog, grid: Grid, region: Region) -> str | None:
    """The unit that stands above the table, as written."""
    line = unit_line(catalog, grid, region.top, region.bottom + 1)
    return line[0] if line else None


def form_name(title: str | None) -> str:
    """The title as a name: without its period, with a capital."""
    plain = bare_title(title) if title else "..."
    return plain[:1].upper() + plain[1:]


def bare_title(title: str) -> str:
    """The title without its period, in small letters."""
    plain, places = title.lower(), mentions(bare(title))
    end = places[0][0] if places and len(bare(title)) == len(title) else len(plain)
    return re.sub(r"[,;:]", "", plain[:end]).strip()
