"""Loading many harmonised observations against a bare COPY of the same rows into the same indexed table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bench.measure import Figure, Piece, Run, Series, at_least, rounds
from bench.sets import own_samples
from bench.stand import Connection, owner, refill, stand
from xanh.catalog import Catalog, load_catalog
from xanh.database.warehouse import connect
from xanh.loading.claims import claim
from xanh.loading.load import Result, load
from xanh.loading.session import prepare
from xanh.loading.stamp import stamp
from xanh.model import Reading
from xanh.parsing.parse import parse
from xanh.reading.harmonise import read
from xanh.settings import Settings

OBSERVATIONS = 20_000
ENTER = (
    "insert into intake.submission (department_code, file_name, relative_path, sha256, size) "
    "values (%s, 'bench.xlsx', 'bench.xlsx', repeat('0', 64), 1) returning submission_id"
)


def measure(run: Run) -> list[Figure]:
    """One submission of twenty thousand observations into an empty warehouse, its ledger and history included."""
    with stand() as settings, connect(settings) as connection, owner(settings) as bare:
        catalog = load_catalog(settings.catalog)
        count = 2_000 if run.quick else OBSERVATIONS
        desk = _Desk(settings, connection, bare, catalog, _reading(run, catalog, settings, count))
        prepare(connection)
        connection.commit()
        found = rounds(
            [
                Piece("load", desk.load, count, lambda: refill(settings, [])),
                Piece("copy", desk.copy, count, desk.take_out),
            ],
            run.rounds,
        )
    speeds = {name: Series(tuple(1 / seconds / 1000 for seconds in each.values)) for name, each in found.items()}
    unit = "thousand rows a second"
    return [
        Figure(f"bare COPY of {count} observations into core.observation", speeds["copy"], unit),
        Figure("load of the same as a submission", speeds["load"], unit, "bare COPY", speeds["copy"], at_least(0.6)),
    ]


def _reading(run: Run, catalog: Catalog, settings: Settings, count: int) -> Reading:
    """A reading of a sample, its first observation once for each of `count` items that no register knows."""
    path, department = own_samples(run)[0]
    found = read(parse(path, path.name, settings.limits), catalog, department, path.name, date(2026, 7, 31))
    pattern = found.observations[0]
    items = (replace(pattern, item_code=None, item_name=f"Mặt hàng số {number}") for number in range(count))
    return replace(found, forms=(pattern.form,), observations=tuple(items))


@dataclass
class _Desk:
    """Loads one reading again and again, and copies what came of it."""

    settings: Settings
    connection: Connection
    bare: Connection
    catalog: Catalog
    reading: Reading
    rows: bytes = b""

    def load(self) -> None:
        """Takes a submission in and publishes the reading as its content."""
        row = self.connection.execute(ENTER, [self.reading.department]).fetchone()
        self.connection.commit()
        assert row is not None
        with claim(self.connection, [row[0]]) as (claimed,):
            result = Result("accepted", self.reading, ())
            load(self.connection, claimed.held(), result, self.catalog, stamp(self.settings, self.catalog))
            self.connection.commit()

    def take_out(self) -> None:
        """Leaves the table empty and its rows in memory."""
        with self.bare.cursor().copy("copy (select * from core.observation) to stdout") as copy:
            self.rows = b"".join(bytes(block) for block in copy)
        self.bare.execute("truncate core.observation cascade")
        self.bare.commit()

    def copy(self) -> None:
        """Puts the rows back."""
        with self.bare.cursor().copy("copy core.observation from stdin") as copy:
            copy.write(self.rows)
        self.bare.commit()
