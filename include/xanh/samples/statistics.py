"""The statistics office's monthly workbook in small: unmerged headers over several rows, ditto marks, many decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from xanh.samples.sheets import saved
from xanh.samples.world import Span, World, load, rounded

Line = list[object]


def statistics_bytes(world: World, span: Span) -> bytes:
    """The month's workbook: production index, main products, retail sales, and sheets that nobody collects."""
    data = load("statistics.yaml")
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    book.remove(first)
    for sheet in data["sheets"]:
        page = book.create_sheet(sheet["name"])
        _title(page, sheet)
        heads = sheet["january" if span.number == 1 and "january" in sheet else "heads"]
        lines = _MAKERS[sheet["rows"]](world, sheet, span)
        if span.number == 1:
            lines = [_without(line, sheet.get("january_drops", [])) for line in lines]
        _head(page, [[_fill(word, span) for word in head] for head in heads])
        for row, line in enumerate(lines, start=10):
            for column, value in enumerate(line, start=1):
                page.cell(row, column, value).font = Font(name="Arial", size=10, bold=row == 10 and sheet["has_total"])
    return saved(book)


def _title(page: Worksheet, sheet: dict[str, Any]) -> None:
    page.cell(1, 1, sheet["title"]).font = Font(name="Arial", size=12, bold=True)
    if "unit" in sheet:
        cell = page.cell(2, len(sheet["heads"]) + 1, sheet["unit"])
        cell.font = Font(name="Arial", size=10, italic=True)
        cell.alignment = Alignment(horizontal="right")
    page.column_dimensions["A"].width = 46


def _head(page: Worksheet, heads: list[list[str]]) -> None:
    for column, words in enumerate(heads, start=2):
        for row, word in enumerate(words, start=4):
            cell = page.cell(row, column, int(word) if word.isdigit() else word or None)
            cell.font = Font(name="Arial", size=10)
            cell.alignment = Alignment(horizontal="center")


def _fill(word: str, span: Span) -> str:
    previous = Span(f"{span.year - (span.number == 1)}-{(span.number - 2) % 12 + 1:02d}")
    return word.format(
        month=f"{span.number:02d}",
        year=span.year,
        previous=f"{previous.number:02d}",
        previous_year=previous.year,
        count=span.number,
    )


def _without(line: Line, columns: list[int]) -> Line:
    return [value for position, value in enumerate(line) if position not in columns]


def _long(value: Decimal) -> float:
    """As the office's workbooks hold it: far more digits than are shown."""
    return float(value + value / 997)


def _products(world: World, sheet: dict[str, Any], span: Span) -> list[Line]:
    lines: list[Line] = []
    ditto = None
    for entry in sheet["lines"]:
        months = [_long(world.monthly(entry, entry["label"], span.year, m)) for m in range(1, span.number + 1)]
        last = _long(world.monthly(entry, entry["label"], span.year - (span.number == 1), (span.number - 2) % 12 + 1))
        same = [_long(world.monthly(entry, entry["label"], span.year - 1, m)) for m in range(1, span.number + 1)]
        unit = '"' if entry["unit"] == ditto else entry["unit"]
        ditto = entry["unit"]
        lines.append(
            [
                entry["label"],
                unit,
                last,
                months[-1],
                sum(months),
                months[-1] / same[-1] * 100,
                sum(months) / sum(same) * 100,
            ]
        )
    return lines


def _index(world: World, sheet: dict[str, Any], span: Span) -> list[Line]:
    lines: list[Line] = []
    for label, level in sheet["lines"].items():
        values = [rounded(Decimal(level) + 6 * world.season("even", span.number) - 6 + i, 2) for i in (0, -3, 2, 1)]
        lines.append([label, *values])
    return lines


def _retail(world: World, sheet: dict[str, Any], span: Span) -> list[Line]:
    parts = [{**entry, "growth": "0.08", "season": "even", "digits": 3} for entry in sheet["lines"]]
    rows = [_retail_row(world, entry, span) for entry in parts]
    total = [sum(row[i] for row in rows) for i in range(3)]
    same = [sum(row[i] for row in rows) for i in (3, 4)]
    lines: list[Line] = []
    for label, row in zip(["TỔNG SỐ", *(e["label"] for e in parts)], [[*total, *same], *rows], strict=True):
        last, month, to_date, same_month, same_to_date = row
        lines.append(
            [
                label,
                last,
                month,
                to_date,
                to_date / total[2] * 100,
                month / same_month * 100,
                to_date / same_to_date * 100,
            ]
        )
    return lines


def _retail_row(world: World, entry: dict[str, Any], span: Span) -> list[float]:
    months = [_long(world.monthly(entry, entry["label"], span.year, m)) for m in range(1, span.number + 1)]
    last = _long(world.monthly(entry, entry["label"], span.year - (span.number == 1), (span.number - 2) % 12 + 1))
    same = [_long(world.monthly(entry, entry["label"], span.year - 1, m)) for m in range(1, span.number + 1)]
    return [last, months[-1], sum(months), same[-1], sum(same)]


def _plain(world: World, sheet: dict[str, Any], span: Span) -> list[Line]:
    return [[label, *map(float, values)] for label, values in sheet["lines"].items()]


_MAKERS = {"products": _products, "index": _index, "retail": _retail, "plain": _plain}
