"""The floor: what cannot be avoided. Read every cell with calamine, COPY the rows into PostgreSQL, one transaction a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from python_calamine import CalamineWorkbook

from bench.stand import Connection

Line = tuple[str, str, int, str]
"""File, sheet, number of the row, its cells as one JSON text."""


def read(paths: Sequence[Path]) -> int:
    """Reads every cell of the files and keeps nothing."""
    return sum(len(cells) for path in paths for _, cells in _sheets(path))


def load(paths: Sequence[Path], connection: Connection) -> int:
    """Reads the files and copies their rows into a table that lasts; the number of rows."""
    count = 0
    for path in paths:
        with connection.cursor().copy("copy bench.floor from stdin") as copy:
            for line in _lines(path):
                copy.write_row(line)
                count += 1
        connection.commit()
    return count


def clear(connection: Connection) -> None:
    """An empty table for the next round."""
    connection.execute("create schema if not exists bench")
    connection.execute("create table if not exists bench.floor (file text, sheet text, line int, cells text)")
    connection.execute("truncate bench.floor")
    connection.commit()


def _lines(path: Path) -> Iterator[Line]:
    for sheet, rows in _sheets(path):
        for number, row in enumerate(rows):
            yield path.name, sheet, number, json.dumps(row, default=str, ensure_ascii=False)


def _sheets(path: Path) -> Iterator[tuple[str, list[list[object]]]]:
    if path.suffix == ".csv":
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        yield "", [list(line.split(";" if ";" in line else ",")) for line in lines]
        return
    with CalamineWorkbook.from_path(str(path)) as book:
        for name in book.sheet_names:
            yield name, book.get_sheet_by_name(name).to_python()
