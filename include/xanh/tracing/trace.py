"""From a published number down to the cells that it comes from, and from a cell up to the numbers that it feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

from xanh.arrival.archive import Archive
from xanh.database.warehouse import Connection, sql
from xanh.language.exact import decimal_text

if TYPE_CHECKING:
    from xanh.catalog import Catalog
    from xanh.settings import Settings

Row = dict[str, Any]
_CELL = re.compile(r"(?:(?:'(?P<quoted>(?:[^']|'')*)'|(?P<plain>[^'!]+))!)?(?P<cell>\$?[A-Za-z]{1,3}\$?\d{1,7})")


class NotTraceable(LookupError):
    """There is nothing to trace: no such number, file or cell."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which published number."""

    indicator: str
    area: str
    period: str
    series: str = "total"
    as_of: datetime | None = None
    """As it was published at that moment; None for now."""


def trace_indicator(connection: Connection, catalog: Catalog, settings: Settings, question: Question) -> list[Row]:
    """The number in each geography with every observation below it. Raises NotTraceable."""
    words = {name: getattr(question, name) for name in ("indicator", "area", "period", "series", "as_of")}
    values = _rows(connection, "trace/indicator", words)
    if not values:
        raise NotTraceable(f"No value of {question.indicator} for {question.area} in {question.period} is published.")
    for value in values:
        inputs = _rows(connection, "trace/inputs", {"indicator_value_id": value["indicator_value_id"]})
        value["observations"] = [_explained(connection, catalog, settings, row) for row in inputs]
    return values


def trace_cell(connection: Connection, file: str, address: str) -> list[Row]:
    """What was read from a cell of a file, and the published numbers that use it. Raises NotTraceable.

    `file`: name, path in the drop folder, SHA-256 or number of the submission. `address`: `'Sheet'!F17` or `F17`.
    """
    sheet, cell = split_address(address)
    found = _rows(connection, "trace/cell", {"file": file, "sheet": sheet, "cell": cell})
    if not found:
        raise NotTraceable(f"No value was loaded from {address} of {file!r}.")
    ids = [row["observation_id"] for row in found]
    fed = _rows(connection, "trace/fed", {"observation_ids": ids})
    for row in found:
        row["feeds"] = [number for number in fed if number["observation_id"] == row["observation_id"]]
    return found


def split_address(address: str) -> tuple[str | None, str]:
    """Sheet (None where none is named) and cell in capital letters. Raises NotTraceable for what is no address."""
    match = _CELL.fullmatch(address.strip())
    if match is None:
        raise NotTraceable(f"{address!r} is no address such as 'Sheet'!F17.")
    quoted = match["quoted"]
    sheet = quoted.replace("''", "'") if quoted is not None else match["plain"]
    return sheet, match["cell"].replace("$", "").upper()


def plain(value: Any) -> Any:
    """The same as JSON can hold it; numbers as exact text."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _explained(connection: Connection, catalog: Catalog, settings: Settings, row: Row) -> Row:
    """The observation with the findings about its cell, the catalogue entry that maps it, and its file in the archive."""
    findings = _rows(connection, "trace/findings", row)
    row["findings"] = [each for each in findings if _is_about(each, row["source_sheet"], row["source_cell"])]
    row["mapping"] = _mapping(catalog, row)
    row["archive"] = str(_archived(settings, row["sha256"]))
    return row


def _is_about(finding: Row, sheet: str, cell: str) -> bool:
    if finding["sheet"] not in (None, sheet):
        return False
    named = {part for each in (finding["cell"], *finding["cells"]) if each for part in each.split("+")}
    return bool(named & set(cell.split("+")))


def _mapping(catalog: Catalog, row: Row) -> list[str]:
    """The entries of the form's layout that can have given the observation; those that name its measure come alone."""
    entries = list(_entries(catalog, row))
    exact = [text for is_exact, text in entries if is_exact]
    return list(dict.fromkeys(exact or [text for _, text in entries]))


def _entries(catalog: Catalog, row: Row) -> Iterator[tuple[bool, str]]:
    measure, layouts = row["measure_code"], (row["layout"] or "").split("+")
    for code in (row["form_code"] or "").split("+"):
        form = catalog.forms.forms.get(code)
        for layout in form.layouts if form else ():
            if layout.code not in layouts:
                continue
            for table in layout.tables:
                lines = {line.measure for line in table.rows.lines}
                for emission in table.observations:
                    is_exact = emission.measure == measure
                    if is_exact or emission.measure == "item" or (emission.measure == "line" and measure in lines):
                        columns = "+".join(emission.columns)
                        yield is_exact, f"{code}/{layout.code} table {table.code}: column {columns} as {emission.flow}"


def _archived(settings: Settings, sha256: str) -> Path:
    return Archive(settings.archive).path(sha256)


def _rows(connection: Connection, name: str, words: Mapping[str, Any] | Sequence[Any]) -> list[Row]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(sql(name), words).fetchall()
