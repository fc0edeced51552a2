"""A made-up history of a province: what its communes reported month by month for years, each report sent twice.

`python -m bench.synthetic --months 264 --measures 125` fills the warehouse of XANH_HOME or XANH_WAREHOUSE_URL, which must hold no
submissions: observations stream through COPY into the partitioned table, a year at a time. Values are made, and the same each time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg

from xanh.catalog import load_catalog
from xanh.database import postgres, warehouse
from xanh.indicators.definitions import copy_definitions
from xanh.settings import Settings

SQL = Path(__file__).with_name("sql")
MONTHS_A_TURN = 12


@dataclass(frozen=True)
class Shape:
    """How long and how wide a history is: every commune reports every measure each month."""

    months: int
    measures: int
    statements: int = 2
    """How often a month is reported: estimates first, the last one final."""
    copies: int = 1
    """For how many communes each commune of the catalogue stands."""
    first_form: str = "F06"
    """The form whose measures even the narrowest history has."""
    last_day: date = date(2025, 12, 31)


YEAR = Shape(12, 25)
"""About 65,000 observations."""
TWO_DECADES = Shape(264, 125)
"""About 10 million observations."""


def one_year(shape: Shape) -> Shape:
    """The newest year of a history, each report sent once: 156,240 observations of TWO_DECADES. Nothing that it shows is narrower."""
    return replace(shape, months=12, statements=1)


def fill(settings: Settings, shape: Shape, told: Callable[[str], object] = lambda _: None) -> int:
    """Enters the history's submissions and observations; how many observations. `told` hears of each year."""
    with warehouse.connect(settings) as connection:
        copy_definitions(connection, load_catalog(settings.catalog))
    with closing(_admin(settings)) as source, closing(_admin(settings)) as target:
        for script in ("history_shape", "history_submissions"):
            source.execute(text(script), asdict(shape))
            source.commit()
        count = sum(_copy(source, target, shape, first, told) for first in range(0, shape.months, MONTHS_A_TURN))
        target.autocommit = True
        target.execute("vacuum (analyze)")
    return count


def newest_periods(shape: Shape) -> list[str]:
    """The codes of the periods that indicators of the history's last year are for."""
    year = shape.last_day.year
    months, quarters = (
        (f"{year}-{number:02d}" for number in range(1, 13)),
        (f"{year}-Q{number}" for number in range(1, 5)),
    )
    return [*months, *quarters, f"{year}-H1", f"{year}-H2", str(year)]


def repeat_values(settings: Settings, shape: Shape) -> None:
    """Gives the earlier years the indicator values of the last one: a computation of all years takes hours."""
    with closing(_admin(settings)) as connection:
        connection.execute(text("history_values"), asdict(shape))
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum (analyze)")


def _admin(settings: Settings) -> psycopg.Connection:
    """Rows that refer to each other as they must need no proof: foreign keys would take two thirds of the time."""
    server = postgres.ensure_running(settings)
    database = urlsplit(server.url("owner")).path.removeprefix("/")
    connection = psycopg.connect(server.url("admin", database), cursor_factory=psycopg.ClientCursor)
    connection.execute("set session_replication_role = replica")
    connection.commit()
    return connection


def _copy(
    source: psycopg.Connection, target: psycopg.Connection, shape: Shape, first: int, told: Callable[[str], object]
) -> int:
    started = time.perf_counter()
    months = {"first": first, "last": first + MONTHS_A_TURN - 1}
    cursor = target.cursor()
    with (
        source.cursor().copy(text("history_rows"), asdict(shape) | months) as rows,
        cursor.copy(text("history_copy")) as into,
    ):
        for block in rows:
            into.write(block)
    target.commit()
    source.commit()
    told(
        f"months {first + 1} to {first + MONTHS_A_TURN}: {cursor.rowcount / (time.perf_counter() - started):,.0f} rows a second"
    )
    return cursor.rowcount


def text(name: str) -> LiteralString:
    """The statement of bench/sql/<name>.sql."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.synthetic", description=__doc__)
    parser.add_argument("--months", type=int, default=TWO_DECADES.months)
    parser.add_argument("--measures", type=int, default=TWO_DECADES.measures)
    parser.add_argument("--statements", type=int, default=TWO_DECADES.statements)
    parser.add_argument("--copies", type=int, default=TWO_DECADES.copies)
    chosen = parser.parse_args()
    settings = Settings.from_environment()
    warehouse.migrate(settings)
    started = time.perf_counter()
    count = fill(settings, Shape(**vars(chosen)), lambda line: print(line, flush=True))
    print(f"{count:,} observations in {time.perf_counter() - started:,.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
