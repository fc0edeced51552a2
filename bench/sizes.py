"""What histories of different lengths cost, side by side: `python -m bench.sizes HOME HOME ...`, the shortest first.

Each home is a warehouse that `python -m bench.synthetic` has filled; its newest year is computed the first time, and the years
before get the values of that one. Prints a table: seconds of the newest year's computation, of one submission and of each query, as ratios
to the first home in the same rounds.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, LiteralString

from bench.dashboard import queries
from bench.history import Desk
from bench.measure import Piece, Series, Work, rounds, timed
from bench.synthetic import YEAR, newest_periods, repeat_values
from xanh.database import warehouse
from xanh.indicators.compute import compute
from xanh.settings import Settings

COUNT = "select count(*) from core.observation"
YEARS = "select extract(year from max(period_start))::integer - extract(year from min(period_start))::integer + 1 from core.observation"
VALUES = "select count(*) from core.indicator_value"
SIZE = (
    "select sum(pg_table_size(c.oid)), sum(pg_indexes_size(c.oid)) from pg_class as c "
    "where c.relkind = 'r' and c.relname ~ '^observation_'"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.sizes", description=__doc__)
    parser.add_argument("homes", nargs="+", type=Path, metavar="HOME")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with ExitStack() as stack:
        desks = [_open(stack, home) for home in chosen.homes]
        print(_line("", [f"{desk.count:,}" for desk in desks]))
        print(_line("on disk, rows and indexes", [_size(desk) for desk in desks]), flush=True)
        print(_line("the newest year computed", [_newest_year(desk) for desk in desks]), flush=True)
        _compare("one submission loaded and computed from", [desk.submit for desk in desks], chosen.rounds)
        for name, query in queries().items():
            _compare(name, [partial(desk.ask, query) for desk in desks], chosen.rounds)
    return 0


def _open(stack: ExitStack, home: Path) -> Desk:
    settings = Settings.from_environment(os.environ | {"XANH_HOME": str(home)})
    warehouse.migrate(settings)
    desk = Desk.at(stack, settings, 0)
    (desk.count,) = _row_of(desk, COUNT)
    return desk


def _size(desk: Desk) -> str:
    rows, indexes = map(float, _row_of(desk, SIZE))
    return f"{rows / 1e9:.2f} and {indexes / 1e9:.2f} GB"


def _newest_year(desk: Desk) -> str:
    if _row_of(desk, VALUES)[0]:
        return "was there"
    (years,) = _row_of(desk, YEARS)
    seconds = timed(lambda: compute(desk.connection, desk.catalog, desk.settings, newest_periods(YEAR)))
    desk.connection.commit()
    (values,) = _row_of(desk, VALUES)
    desk.connection.commit()
    repeat_values(desk.settings, replace(YEAR, months=12 * years))
    return f"{seconds:.0f} s, {values:,} values"


def _row_of(desk: Desk, sql: LiteralString) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = desk.connection.execute(sql).fetchone()
    assert row is not None
    return row


def _compare(what: str, work: Sequence[Work], count: int) -> None:
    found = rounds([Piece(str(number), each) for number, each in enumerate(work)], count)
    first = found["0"]
    print(_line(what, [_cell(series, first) for series in found.values()]), flush=True)


def _cell(series: Series, first: Series) -> str:
    ratio = "" if series is first else f" ({series.over(first).median:.2f})"
    return f"{series.median * 1000:.1f} ms{ratio}"


def _line(what: str, cells: Sequence[str]) -> str:
    return f"| {what} | {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
