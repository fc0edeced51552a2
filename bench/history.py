"""What a long history costs: one submission and the dashboard, against one year of the same history."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial

from bench.dashboard import queries
from bench.measure import Figure, Piece, Run, at_most, rounds
from bench.stand import Connection, stand
from bench.synthetic import TWO_DECADES, YEAR, Shape, fill, newest_periods, one_year, repeat_values, text
from xanh.catalog import Catalog, load_catalog
from xanh.database.warehouse import connect
from xanh.indicators.compute import compute
from xanh.indicators.session import SETTINGS
from xanh.loading.claims import claim
from xanh.loading.load import Result, load
from xanh.loading.session import prepare
from xanh.loading.stamp import stamp
from xanh.model import Observation, Period, Reading, column_letters
from xanh.settings import Settings

SEVERAL_YEARS = replace(TWO_DECADES, months=24)
"""About 780,000 observations, as wide as ten million: all their indicators are computed, a year at a time as those of ten million are."""
READING = SETTINGS | {
    "max_parallel_workers_per_gather": "0",
    "enable_sort": "off",
    "enable_mergejoin": "off",
    "enable_nestloop": "off",
}
"""What one read of everything may do."""
ASKED = 5
"""How often a query of the dashboard is sent in a round: some take less than a millisecond."""
FORM, SENDER = "F06", "so-nong-nghiep-moi-truong"
ENTER = (
    "insert into intake.submission (department_code, file_name, relative_path, sha256, size) "
    "values (%s, 'bench.xlsx', 'bench.xlsx', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), 1) returning submission_id"
)
MONTH = Period("2025-03", date(2025, 3, 1), date(2025, 3, 31), "M")


def measure(run: Run) -> list[Figure]:
    """One submission and the dashboard on ten million observations and on one year of them; computing everything against one read."""
    with ExitStack() as stack:
        shape = YEAR if run.quick else SEVERAL_YEARS
        whole = computing(Desk.whole(stack, shape), shape, run.rounds)
    with ExitStack() as stack:
        shape = SEVERAL_YEARS if run.quick else TWO_DECADES
        small, large = (Desk.open(stack, each) for each in (one_year(shape), shape))
        return whole + compare(small, large, run.rounds)


def computing(desk: Desk, shape: Shape, count: int) -> list[Figure]:
    """What computing everything costs when nothing has changed, against one read of the observations in the same groups."""
    pieces = [
        Piece("cells", partial(desk.read_everything, "cell_read", shape)),
        Piece("read", partial(desk.read_everything, "grouped_read", shape)),
        Piece("compute", desk.compute_everything),
    ]
    found = rounds(pieces, count)
    what = f"one read of {desk.count:,} observations"
    return [
        Figure(f"{what}, grouped by cell only", found["cells"], "s"),
        Figure(f"{what}, grouped as the indicators group them", found["read"], "s"),
        Figure("computing all indicators over them", found["compute"], "s", "that read", found["read"], at_most(3)),
    ]


def compare(small: Desk, large: Desk, count: int) -> list[Figure]:
    """The figures of a long history against those of a short one as wide: as many measures, communes and months of the newest year."""
    sent = rounds([Piece("small", small.submit), Piece("large", large.submit)], 2 * count)
    what, short = f"on {large.count:,} observations", f"{small.count:,} of the newest year"
    figures = [
        Figure(
            f"one submission loaded and computed from, {what}", sent["large"], "s", short, sent["small"], at_most(1.2)
        ),
    ]
    for name, query in queries().items():
        desks = {"small": small, "large": large}
        found = rounds([Piece(key, partial(desk.ask, query, ASKED), ASKED) for key, desk in desks.items()], count)
        figures.append(Figure(f"dashboard, {what}: {name}", found["large"], "s", short, found["small"], at_most(2)))
    return figures


@dataclass
class Desk:
    """A warehouse with a history, and what is asked of it."""

    settings: Settings
    catalog: Catalog
    connection: Connection
    reader: Connection
    count: int = 0
    sent: int = 0

    @classmethod
    def open(cls, stack: ExitStack, shape: Shape) -> Desk:
        """A history whose newest year is computed, and whose other years have the values of that one."""
        settings = stack.enter_context(stand())
        count = fill(settings, shape)
        desk = cls.at(stack, settings, count)
        compute(desk.connection, desk.catalog, settings, newest_periods(shape))
        desk.connection.commit()
        repeat_values(settings, shape)
        return desk

    @classmethod
    def whole(cls, stack: ExitStack, shape: Shape) -> Desk:
        """A history of which every year is computed."""
        settings = stack.enter_context(stand())
        desk = cls.at(stack, settings, fill(settings, shape))
        desk.compute_everything()
        return desk

    @classmethod
    def at(cls, stack: ExitStack, settings: Settings, count: int) -> Desk:
        """The warehouse of some settings, which holds so many observations."""
        connection = stack.enter_context(connect(settings))
        prepare(connection)
        connection.commit()
        reader = stack.enter_context(connect(settings, "reader"))
        return cls(settings, load_catalog(settings.catalog), connection, reader, count)

    def compute_everything(self) -> None:
        compute(self.connection, self.catalog, self.settings, everything=True)
        self.connection.commit()

    def read_everything(self, statement: str, shape: Shape) -> None:
        """In one process, with the memory that a computation has, and by hash as it does: left alone, the planner sorts."""
        for name, value in READING.items():
            self.connection.execute("select set_config(%s, %s, true)", [name, value])
        self.connection.execute(text(statement), asdict(shape)).fetchall()
        self.connection.commit()

    def ask(self, sql: str, times: int = 1) -> None:
        for _ in range(times):
            self.reader.execute(sql).fetchall()
            self.reader.rollback()

    def submit(self) -> None:
        """One report on all communes, each value another one than in the round before; loaded, and computed from."""
        self.sent += 1
        row = self.connection.execute(ENTER, [SENDER]).fetchone()
        self.connection.commit()
        assert row is not None
        with claim(self.connection, [row[0]]) as (claimed,):
            result = Result("accepted", self._reading(), ())
            load(self.connection, claimed.held(), result, self.catalog, stamp(self.settings, self.catalog))
            self.connection.commit()
        compute(self.connection, self.catalog, self.settings)
        self.connection.commit()

    def _reading(self) -> Reading:
        measures = [each for each in self.catalog.measures.values() if each.source_form == FORM and each.canonical_unit]
        areas = [each.key for each in self.catalog.areas.values() if (each.vintage, each.level) == ("B", "commune")]
        observations = [
            Observation(
                form=FORM, measure=measure.code, item_code=None, item_name=None, area=area, period=MONTH,
                flow="period" if measure.kind == "flow" else "stock", obs_status="A", value=Decimal(1000 + row + self.sent),
                unit=str(measure.canonical_unit), source_sheet="Biểu", source_cell=f"{column_letters(column)}{row}",
                source_label=area, source_value=None, source_unit=None,
            )
            for column, measure in enumerate(measures, 3)
            for row, area in enumerate(areas, 9)
        ]  # fmt: skip
        return Reading(
            forms=(FORM,), layout=None, department=SENDER, area=None, period=MONTH, sheets=(),
            observations=tuple(observations), issues=(),
        )  # fmt: skip
