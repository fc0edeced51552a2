"""How a table was read, one line a decision: what `xanh check --explain` prints."""

from __future__ import annotations

from collections.abc import Mapping

from xanh.catalog.forms import FormTable
from xanh.language.numbers import Locale
from xanh.model import column_letters
from xanh.reading.headings import Header
from xanh.reading.rows import Body, Places
from xanh.reading.values import ColumnValues


def explain_table(
    sheet: str,
    table: FormTable,
    header: Header,
    places: Places,
    values: Mapping[str, ColumnValues],
    body: Body,
) -> tuple[str, ...]:
    """Header, meaning of each column with the reason for its decimal sign, unknown headings, and rows that are not items."""
    lines = [
        f"{sheet or '(csv)'}: table {table.code}, header rows {header.top}-{header.bottom}, "
        f"body rows {header.bottom + 1}-{body.last - 1}"
    ]
    for code, place in sorted(places.columns.items(), key=lambda each: each[1]):
        heading = header.headings.get(place)
        reader = values.get(code)
        sign = _shown_sign(reader) if reader is not None else ""
        unit = f", unit {heading.unit!r}" if heading and heading.unit else ""
        lines.append(f"  column {column_letters(place)} = {code}: “{heading.text if heading else ''}”{unit}{sign}")
    lines += [f"  column {column_letters(h.column)} ignored: “{h.text}”" for h in header.unknown]
    kinds = {kind: [str(row.number) for row in body.rows if row.kind == kind] for kind in ("section", "total", "part")}
    lines += [f"  {kind} rows: {', '.join(numbers)}" for kind, numbers in kinds.items() if numbers]
    return tuple(lines)


def _shown_sign(reader: ColumnValues) -> str:
    if not reader.has_evidence or not isinstance(reader.locale, Locale):
        return ""
    return f", decimal sign {reader.locale.decimal!r} because of {reader.locale.evidence!r}"
