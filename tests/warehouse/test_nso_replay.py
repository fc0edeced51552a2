"""The office's workbooks in order of publication: on any day what the newest workbook then said, and how much it revised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ledger_kit import deliver

from xanh.catalog import Catalog
from xanh.database import warehouse
from xanh.loading.process import process
from xanh.model import Observation
from xanh.reading.examine import examine
from xanh.settings import Settings

BETTER = {"A": 0, "P": 1, "E": 2, "M": 3}
DEPARTMENT = "cuc-thong-ke"
Cell = tuple[Any, ...]


@dataclass(frozen=True)
class Published:
    """One workbook as ingested, with the moment from which the warehouse knew it."""

    moment: datetime
    said: dict[Cell, Observation]


@dataclass(frozen=True)
class Replay:
    settings: Settings
    workbooks: Sequence[Published]


@pytest.fixture(scope="module", params=["2021-11", pytest.param("2013-01", marks=pytest.mark.slow)])
def replay(
    request: pytest.FixtureRequest,
    shared: Path,
    catalog: Catalog,
    fresh_settings: Callable[[Path], AbstractContextManager[Settings]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Replay]:
    """Every workbook from a month on, ingested one after the other and read a second time by itself."""
    paths = sorted(p for p in (shared / "corpus" / "nso" / "files").iterdir() if p.name >= request.param)
    with fresh_settings(tmp_path_factory.mktemp("replay")) as settings, warehouse.connect(settings) as connection:
        workbooks = []
        for path in paths:
            submission = deliver(settings, connection, path.read_bytes(), name=path.name, department=DEPARTMENT)
            process(settings, [submission])
            row = connection.execute(
                "select loaded_at from mart.submission where submission_id = %s", [submission]
            ).fetchone()
            connection.commit()
            reading = examine(path, path.name, DEPARTMENT, catalog, settings, date.today()).reading
            assert row is not None
            assert reading is not None
            said = {cell_of(o): o for o in reading.observations}
            workbooks.append(Published(row[0], said))
        yield Replay(settings, workbooks)


def cell_of(o: Observation) -> Cell:
    return (o.measure, o.item_code or o.item_name, o.area, o.period.start, o.period.end, o.flow)


def as_of(settings: Settings, moment: datetime) -> dict[Cell, tuple[str, Decimal | None]]:
    query = """select measure_code, coalesce(item_code, item_name), area_code, period_start, period_end, flow, obs_status, value
               from mart.observation_asof(%s)"""
    with warehouse.connect(settings, "reader") as connection:
        rows = connection.execute(query, [moment]).fetchall()
    return {row[:6]: (row[6], row[7]) for row in rows}


def test_on_the_day_of_each_publication_the_newest_best_statement_holds(replay: Replay) -> None:
    expected: dict[Cell, Observation] = {}
    for workbook in replay.workbooks:
        for cell, each in workbook.said.items():
            before = expected.get(cell)
            if before is None or BETTER[each.obs_status] <= BETTER[before.obs_status]:
                expected[cell] = each
        known = as_of(replay.settings, workbook.moment)
        assert known == {cell: (o.obs_status, o.value) for cell, o in expected.items()}


def test_the_revisions_of_retail_sales_are_those_of_an_independent_computation(replay: Replay) -> None:
    stated: dict[Cell, list[Observation]] = defaultdict(list)
    for workbook in replay.workbooks:
        for cell, each in workbook.said.items():
            if each.measure == "nso_retail_sales" and each.value is not None:
                stated[cell].append(each)
    moves: dict[str, list[Decimal]] = defaultdict(list)
    for cell, several in stated.items():
        if len(several) > 1:
            assert several[0].value is not None
            assert several[-1].value is not None
            moves[cell[5]].append(several[-1].value - several[0].value)
    with warehouse.connect(replay.settings, "reader") as connection:
        rows = connection.execute(
            "select flow, restated_count, mean_absolute_revision, bias from mart.revision "
            "where measure_code = 'nso_retail_sales' and restated_count > 0"
        ).fetchall()
    assert moves != {}
    assert {flow: count for flow, count, _, _ in rows} == {flow: len(each) for flow, each in moves.items()}
    for flow, _, mean, bias in rows:
        each = moves[flow]
        assert abs(mean - sum(map(abs, each)) / len(each)) < Decimal("1e-9")
        assert abs(bias - sum(each) / len(each)) < Decimal("1e-9")
