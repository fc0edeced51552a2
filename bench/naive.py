"""What a user would otherwise write: pandas with its default reader, one Great Expectations run a file, to_sql."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def prepare(url: str) -> Any:
    """The imports, which a process pays for once, and the engine."""
    import great_expectations
    import pandas
    import sqlalchemy

    assert great_expectations
    assert pandas
    return sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def load(paths: Sequence[Path], engine: Any) -> int:
    """Each file: read, melt, validate with two expectations, append to a table; the number of cells."""
    return sum(_file(path, engine) for path in paths)


def clear(engine: Any) -> None:
    """No table for the next round."""
    import sqlalchemy

    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("drop table if exists bench_naive"))


def _file(path: Path, engine: Any) -> int:
    import pandas as pd

    if path.suffix == ".csv":
        sheets = {"": pd.read_csv(path, sep=None, engine="python", header=None, dtype=str)}
    else:
        sheets = pd.read_excel(path, sheet_name=None, header=None)
    frames = [
        frame.astype("object").stack().rename("value").reset_index().assign(sheet=name, file=path.name)
        for name, frame in sheets.items()
        if not frame.empty
    ]
    table = pd.concat(frames, ignore_index=True)
    table["value"] = table["value"].astype(str)
    _validate(table)
    table.to_sql("bench_naive", engine, if_exists="append", index=False, method=None)
    return len(table)


def _validate(table: Any) -> None:
    import great_expectations as gx

    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        batch = (
            context.data_sources.add_pandas("files")
            .add_dataframe_asset("file")
            .add_batch_definition_whole_dataframe("all")
        )
        suite = context.suites.add(gx.ExpectationSuite(name="file"))
        suite.add_expectation(gx.expectations.ExpectColumnValuesToNotBeNull(column="value"))
        suite.add_expectation(gx.expectations.ExpectColumnValueLengthsToBeBetween(column="value", max_value=2000))
        batch.get_batch({"dataframe": table}).validate(suite)
