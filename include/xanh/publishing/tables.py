"""Tables as Parquet partitioned by year, and as CSV with CSVW metadata."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from xanh.publishing.columns import LISTS, OBSERVATION, VALUE, VALUE_KEY, Column, as_cell
from xanh.publishing.facts import Facts, Row

SCALE = {"value": 10, "observation": 18}
"""Digits after the point that a Parquet decimal keeps: results have 10; of observations 18 are kept, all in practice."""
CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "vi"}]
_WIDE = Context(prec=60)


def write_parquet(folder: Path, facts: Facts, batches: Iterable[Sequence[Row]]) -> None:
    """`indicator_value` and `observation` with one folder `year=…` each, and the code lists in one file each."""
    _write_years(folder / "indicator_value", VALUE, SCALE["value"], [facts["value"]])
    _write_years(folder / "observation", OBSERVATION, SCALE["observation"], batches)
    for name, columns in LISTS.items():
        pq.write_table(_table(columns, facts[name], SCALE["value"]), folder / f"{name}.parquet")


def _write_years(folder: Path, columns: Sequence[Column], scale: int, batches: Iterable[Sequence[Row]]) -> None:
    writers: dict[int, pq.ParquetWriter] = {}
    try:
        for batch in batches:
            by_year: dict[int, list[Row]] = defaultdict(list)
            for row in batch:
                by_year[row["period_start"].year].append(row)
            for year, rows in by_year.items():
                if year not in writers:
                    path = folder / f"year={year}" / "part-0.parquet"
                    path.parent.mkdir(parents=True)
                    writers[year] = pq.ParquetWriter(path, _schema(columns, scale))
                writers[year].write_table(_table(columns, rows, scale))
    finally:
        for writer in writers.values():
            writer.close()


def _schema(columns: Sequence[Column], scale: int) -> pa.Schema:
    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "decimal": pa.decimal128(38, scale),
        "date": pa.date32(),
        "moment": pa.timestamp("us", tz="UTC"),
        "boolean": pa.bool_(),
    }
    return pa.schema(
        [
            pa.field(
                column.name, types[column.kind], metadata={"title_vi": column.title_vi, "title_en": column.title_en}
            )
            for column in columns
        ]
    )


def _table(columns: Sequence[Column], rows: Iterable[Row], scale: int) -> pa.Table:
    schema = _schema(columns, scale)
    listed = list(rows)
    arrays = [
        pa.array([_fitting(row[column.name], scale) for row in listed], type=field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _fitting(value: Any, scale: int) -> Any:
    return value.quantize(Decimal(1).scaleb(-scale), context=_WIDE) if isinstance(value, Decimal) else value


def write_csv(folder: Path, facts: Facts) -> dict[str, int]:
    """The values and the code lists with their CSVW metadata; returns the number of rows by table."""
    tables = {"indicator_value": (VALUE, facts["value"]), **{name: (cols, facts[name]) for name, cols in LISTS.items()}}
    for name, (columns, rows) in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow([column.name for column in columns])
            writer.writerows([as_cell(row[column.name]) for column in columns] for row in rows)
        metadata = {"@context": CONTEXT, **csvw(name, columns)}
        (folder / f"{name}.csv-metadata.json").write_text(_json(metadata), encoding="utf-8")
    group = {
        "@context": CONTEXT,
        "tables": [csvw(name, columns, has_keys=True) for name, (columns, _) in tables.items()],
    }
    (folder / "csv-metadata.json").write_text(_json(group), encoding="utf-8")
    return {name: len(rows) for name, (_, rows) in tables.items()}


def csvw(name: str, columns: Sequence[Column], has_keys: bool = False) -> Mapping[str, Any]:
    """The CSVW description of a table: titles in both languages, datatypes, its key; with `has_keys` also foreign keys."""
    datatypes = {
        "text": "string",
        "integer": "integer",
        "decimal": "decimal",
        "date": {"base": "date", "format": "yyyy-MM-dd"},
        "moment": "dateTimeStamp",
        "boolean": "boolean",
    }
    described = [
        {
            "name": column.name,
            "titles": column.name,
            "dc:description": [
                {"@value": column.title_vi, "@language": "vi"},
                {"@value": column.title_en, "@language": "en"},
            ],
            "datatype": datatypes[column.kind],
            "null": "",
        }
        for column in columns
    ]
    return {
        "url": f"{name}.csv",
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "tableSchema": {
            "columns": described,
            "primaryKey": list(primary_key(name)),
            "foreignKeys": [
                {"columnReference": c.name, "reference": {"resource": f"{c.refers_to}.csv", "columnReference": "code"}}
                for c in columns
                if c.refers_to and has_keys
            ],
        },
    }


def primary_key(name: str) -> tuple[str, ...]:
    """The columns that identify a row of a published table."""
    return VALUE_KEY if name == "indicator_value" else ("code",)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
