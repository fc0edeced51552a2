"""Slips that give possible-looking numbers: a factor of 1000, columns or rows out of step, last year's figures.

The earlier reports of the same sender are in the warehouse, as they would be.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from grid import Grid, find_body, with_first

from xanh.catalog import Catalog
from xanh.database.warehouse import connect
from xanh.limits import Limits
from xanh.loading.ingest import run
from xanh.loading.session import prepare
from xanh.model import Cell, Workbook
from xanh.parsing.parse import parse
from xanh.reading.harmonise import read
from xanh.settings import Settings
from xanh.validation import history
from xanh.validation.validate import validate

pytestmark = pytest.mark.slow

FILES = (
    "so-cong-thuong/Biểu số 01 tháng 12 năm 2025.xlsx",
    "so-cong-thuong/Biểu 02 tiêu hao NL quý II năm 2025 final.xlsx",
    "so-cong-thuong/Biểu 02 tiêu hao NL quý IV năm 2025.xlsx",
    "so-nong-nghiep-moi-truong/Biểu 06 chất thải rắn quý II năm 2025.xlsx",
    "so-nong-nghiep-moi-truong/Biểu 07 chất thải CN 6 tháng cuối năm 2025.xlsx",
)
LAST_YEARS = {FILES[1]: "so-cong-thuong/Biểu 02 tiêu hao NL quý II năm 2024.xlsx"}
TRIALS = 60
WANTED = Decimal("0.95")
QUICK = Limits(quiet_seconds=1e-6, quiet_text_seconds=1e-6, incomplete_seconds=1e-6, poll_seconds=1e-3)


@dataclass
class Desk:
    """Reads a workbook as ingest would and says whether anything was found."""

    settings: Settings
    catalog: Catalog

    def values(self, workbook: Workbook, path: str) -> Counter[tuple[object, ...]]:
        """What would be loaded, without addresses: a slip that changes none of it is no slip."""
        department, name = path.rsplit("/", 1)
        reading = read(workbook, self.catalog, department, name, date(2026, 3, 1))
        return Counter((o.measure, o.item_name, o.area, o.period.code, o.flow, o.value) for o in reading.observations)

    def sees(self, workbook: Workbook, path: str) -> bool:
        department, name = path.rsplit("/", 1)
        reading = read(workbook, self.catalog, department, name, date(2026, 3, 1))
        issues = [*reading.issues, *validate([reading], self.catalog, self.settings)[0]]
        with connect(self.settings, "loader") as connection:
            prepare(connection)
            issues += history.find(connection, self.catalog, reading, issues)
            connection.rollback()
        return any(issue.severity != "info" for issue in issues)


@pytest.fixture(scope="module")
def drop(own_samples) -> Path:
    return own_samples[0]


@pytest.fixture(scope="module")
def desk(drop: Path, fresh_settings, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with fresh_settings(tmp_path_factory.mktemp("slips")) as settings:
        for path in sorted(drop.rglob("*.xlsx"), key=lambda p: p.stat().st_mtime):
            relative = path.relative_to(drop).as_posix()
            if relative not in FILES and relative.startswith(("so-cong-thuong/Biểu", "so-nong-nghiep")):
                target = settings.drop / relative
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)
        run(replace(settings, limits=QUICK))
        assert not [path for path in settings.drop.rglob("*.xlsx") if "_phan-hoi" not in path.parts]
        yield Desk(settings, catalog)


def _workbook(drop: Path, path: str) -> Workbook:
    return parse(drop / path, Path(path).name, Limits())


def _observed(desk: Desk, workbook: Workbook, path: str) -> list[Cell]:
    """The cells that become observations with a value that is not zero."""
    department, name = path.rsplit("/", 1)
    reading = read(workbook, desk.catalog, department, name, date(2026, 3, 1))
    cells = {cell.address: cell for cell in workbook.sheets[0].cells.values()}
    addresses = {o.source_cell for o in reading.observations if o.value}
    found = [cells[address] for address in sorted(addresses) if address in cells]
    return [cell for cell in found if cell.kind == "number"]


def scaled(grid: Grid, cells: list[Cell], dice: random.Random) -> bool:
    cell = dice.choice(cells)
    assert cell.number is not None
    grid.put(cell.row, cell.column, cell.number * dice.choice([Decimal(1000), Decimal("0.001")]))
    return True


def columns_swapped(grid: Grid, cells: list[Cell], dice: random.Random) -> bool:
    """Two neighbouring columns of figures under headings that stayed where they were."""
    columns = sorted({cell.column for cell in cells})
    pairs = [(a, b) for a, b in pairwise(columns) if b == a + 1]
    if not pairs:
        return False
    one, two = dice.choice(pairs)
    rows = set(find_body(grid).rows)
    order = {one: two, two: one}
    before = [grid.text(row, one) for row in rows]
    if before == [grid.text(row, two) for row in rows]:
        return False
    grid.move(lambda p: (p[0], order.get(p[1], p[1])) if p[0] in rows else p)
    return True


def rows_shifted(grid: Grid, cells: list[Cell], dice: random.Random) -> bool:
    """From some row on, all figures stand one row too low against their labels."""
    rows = sorted({cell.row for cell in cells})
    if len(rows) < 3:
        return False
    start = dice.choice(rows[:-2])
    below = [row for row in rows if row >= start]
    target = dict(zip(below, [*below[1:], None], strict=True))
    columns = {cell.column for cell in cells}
    grid.move(lambda p: p if p[0] not in target or p[1] not in columns else _to(target[p[0]], p[1]))
    return True


def changes(before: Workbook, after: Workbook) -> list[str]:
    """The first cells that hold something else now, with what they held."""
    one, two = before.sheets[0].cells, after.sheets[0].cells
    places = [place for place in sorted(two) if place not in one or one[place].text != two[place].text]
    return [f"{two[at].address} {one[at].text if at in one else None} > {two[at].text}" for at in places[:4]]


def _to(row: int | None, column: int) -> tuple[int, int] | None:
    return None if row is None else (row, column)


@pytest.mark.parametrize("slip", [scaled, columns_swapped, rows_shifted], ids=lambda f: f.__name__)
def test_as_many_slips_are_seen_as_is_promised(slip: Callable[..., bool], desk: Desk, drop: Path):
    dice = random.Random(slip.__name__)
    seen: list[tuple[str, bool]] = []
    workbooks = {path: _workbook(drop, path) for path in FILES}
    cells = {path: _observed(desk, workbook, path) for path, workbook in workbooks.items()}
    for trial in range(TRIALS):
        path = FILES[trial % len(FILES)]
        grid = Grid.of(workbooks[path].sheets[0])
        if slip(grid, cells[path], dice):
            workbook = with_first(workbooks[path], [grid])
            if desk.values(workbook, path) != desk.values(workbooks[path], path):
                seen.append((f"{path} {changes(workbooks[path], workbook)}", desk.sees(workbook, path)))
    missed = [what for what, is_seen in seen if not is_seen]
    assert Decimal(len(missed)) <= (1 - WANTED) * len(seen), missed


@pytest.mark.parametrize("path", LAST_YEARS)
def test_last_years_figures_under_this_years_title_are_seen(path: str, desk: Desk, drop: Path):
    old = _workbook(drop, LAST_YEARS[path])
    grid = Grid.of(old.sheets[0])
    for place, cell in grid.cells.items():
        if cell.kind == "text":
            grid.cells[place] = cell._replace(text=cell.text.replace("2024", "2025"))
    assert desk.sees(with_first(old, [grid]), path)


@pytest.mark.parametrize("path", FILES)
def test_nothing_is_seen_where_nothing_is_wrong(path: str, desk: Desk, drop: Path):
    assert not desk.sees(_workbook(drop, path), path)
