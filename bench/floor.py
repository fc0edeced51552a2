"""The floor: what cannot be avoided. Read every cell with calamine, COPY the rows into PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from python_calamine import CalamineWorkbook


def rows(path: Path) -> Iterator[tuple[str, str, int, str]]:
    """Every row of every sheet, its cells as one JSON text."""
    if path.suffix == ".csv":
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines()):
            yield path.name, "", number, json.dumps(line.split(";" if ";" in line else ","))
        return
    with CalamineWorkbook.from_path(str(path)) as book:
        for name in book.sheet_names:
            for number, row in enumerate(book.get_sheet_by_name(name).to_python()):
                yield path.name, name, number, json.dumps(row, default=str, ensure_ascii=False)


def read(paths: Sequence[Path]) -> int:
    """Reads every cell of the files and keeps nothing."""
    count = 0
    for path in paths:
        if path.suffix == ".csv":
            count += len(path.read_text(encoding="utf-8-sig").splitlines())
            continue
        with CalamineWorkbook.from_path(str(path)) as book:
            count += sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    return count


def load(paths: Sequence[Path], connection: psycopg.Connection[Any]) -> int:
    """Reads the files and copies their rows into a table of this session, one transaction a file."""
    connection.execute("create temporary table if not exists bench_floor (file text, sheet text, line int, cells text)")
    count = 0
    for path in paths:
        with connection.cursor().copy("copy bench_floor from stdin") as copy:
            for row in rows(path):
                copy.write_row(row)
                count += 1
        connection.commit()
    return count
