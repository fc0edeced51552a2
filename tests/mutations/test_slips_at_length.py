"""Five thousand slips in clean files: a factor of 1000, columns or rows out of step, last year's figures.

The sender's earlier reports are in the warehouse. What nobody sees is printed with the reason why it can hardly be seen.
"""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from grid import Grid, with_first
from harness import BATCH
from test_slips import QUICK, WANTED, changes, columns_swapped, rows_shifted, scaled

from xanh.catalog import Catalog
from xanh.database.warehouse import connect
from xanh.limits import Limits
from xanh.loading.ingest import run
from xanh.loading.session import prepare
from xanh.model import Cell, Reading, Workbook
from xanh.parsing.parse import parse
from xanh.reading.harmonise import read
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings
from xanh.validation import history
from xanh.validation.validate import validate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]
TRIALS = 1250
"""Of each kind."""
GROUP = re.compile(r"Biểu (?:số )?(\d\d)|(Kết quả)")
YEAR = re.compile(r"20\d\d")
Fresh = Callable[..., AbstractContextManager[Settings]]
Values = Counter[tuple[object, ...]]


@dataclass(frozen=True)
class Clean:
    """An accepted workbook whose sender's earlier reports are in the warehouse."""

    department: str
    name: str
    workbook: Workbook
    cells: list[Cell]
    values: Values
    last_years: Workbook | None

    def slipped(self, kind: str, dice: random.Random) -> Workbook | None:
        """The workbook with one slip of the kind; None where there is no place for it or it changes no value."""
        grid = Grid.of(self.workbook.sheets[0])
        if kind == "last_years_figures":
            done = self.last_years is not None and _take_over(
                grid, Grid.of(self.last_years.sheets[0]), self.cells, dice
            )
        else:
            done = SLIPS[kind](grid, self.cells, dice)
        return with_first(self.workbook, [grid]) if done else None


SLIPS = {"scaled": scaled, "columns_swapped": columns_swapped, "rows_shifted": rows_shifted}
KINDS = (*SLIPS, "last_years_figures")


def _take_over(grid: Grid, old: Grid, cells: list[Cell], dice: random.Random) -> bool:
    """Last year's figures in all columns or in some neighbouring ones: a form that was copied and half filled in."""
    columns = sorted({cell.column for cell in cells})
    start = dice.randrange(len(columns))
    chosen = columns if dice.random() < 0.5 else columns[start : start + dice.randint(1, len(columns))]
    for cell in cells:
        there = old.cells.get((cell.row, cell.column))
        if cell.column in chosen and there is not None and there.number is not None:
            grid.put(cell.row, cell.column, there.number)
    return True


@dataclass
class Desk:
    """Reads workbooks as ingest would."""

    settings: Settings
    catalog: Catalog

    def reading(self, workbook: Workbook, department: str, name: str) -> Reading:
        return read(workbook, self.catalog, department, name, date(2026, 3, 1))

    def seen(self, readings: list[Reading]) -> list[bool]:
        """Whether anything at all was found in each."""
        found = validate(readings, self.catalog, self.settings)
        told = []
        with connect(self.settings, "loader") as connection:
            prepare(connection)
            for reading, issues in zip(readings, found, strict=True):
                known = [*reading.issues, *issues]
                known += history.find(connection, self.catalog, reading, known)
                connection.rollback()
                told.append(any(issue.severity != "info" for issue in known))
        return told


def _values(reading: Reading) -> Values:
    return Counter((o.measure, o.item_name, o.area, o.period.code, o.flow, o.value) for o in reading.observations)


def _figures(workbook: Workbook, reading: Reading) -> list[Cell]:
    cells = {cell.address: cell for cell in workbook.sheets[0].cells.values()}
    addresses = {o.source_cell for o in reading.observations if o.value}
    return [cells[each] for each in sorted(addresses) if each in cells and cells[each].kind == "number"]


@pytest.fixture(scope="module")
def held_out(own_samples: tuple[Path, list[ExpectedSubmission]]) -> list[str]:
    """The last accepted workbook of each form and sender that has sent it before."""
    groups: dict[tuple[str, str], list[str]] = {}
    for sample in own_samples[1]:
        form = GROUP.search(sample.path)
        if form and sample.verdict == "accepted" and sample.path.endswith(".xlsx"):
            groups.setdefault((sample.department, form[0]), []).append(sample.path)
    return [paths[-1] for paths in groups.values() if len(paths) > 1]


@pytest.fixture(scope="module")
def desk(
    held_out: list[str], own_samples: tuple[Path, list[ExpectedSubmission]], fresh_settings: Fresh, catalog: Catalog,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:  # fmt: skip
    drop, samples = own_samples
    with fresh_settings(tmp_path_factory.mktemp("slips")) as settings:
        for sample in samples:
            if sample.path not in held_out and sample.path.endswith(".xlsx"):
                target = settings.drop / sample.path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(drop / sample.path, target)
        run(replace(settings, limits=QUICK))
        assert not [path for path in settings.drop.rglob("*.xlsx") if "_phan-hoi" not in path.parts]
        yield Desk(settings, catalog)


@pytest.fixture(scope="module")
def clean(held_out: list[str], desk: Desk, own_samples: tuple[Path, list[ExpectedSubmission]]) -> list[Clean]:
    drop, found = own_samples[0], []
    for path in held_out:
        department, _, name = path.rpartition("/")
        workbook = parse(drop / path, name, Limits())
        reading = desk.reading(workbook, department, name)
        years = sorted(set(YEAR.findall(name)))
        old = drop / path.replace(years[-1], str(int(years[-1]) - 1)) if years else None
        last_years = parse(old, old.name, Limits()) if old and old.exists() else None
        cells = _figures(workbook, reading)
        if cells and not desk.seen([reading])[0]:
            found.append(Clean(department, name, workbook, cells, _values(reading), last_years))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_of_thousands_of_slips_as_many_are_seen_as_is_promised(kind: str, clean: list[Clean], desk: Desk) -> None:
    dice = random.Random(kind)
    suited = [each for each in clean if kind != "last_years_figures" or each.last_years]
    seen: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for _ in range(0, TRIALS, BATCH):
        trials: list[tuple[Clean, Workbook, Reading]] = []
        while len(trials) < BATCH:
            one = dice.choice(suited)
            workbook = one.slipped(kind, dice)
            reading = None if workbook is None else desk.reading(workbook, one.department, one.name)
            if workbook is not None and reading is not None and _values(reading) != one.values:
                trials.append((one, workbook, reading))
        untouched = [desk.reading(each.workbook, each.department, each.name) for each in suited]
        told = desk.seen([*(each[2] for each in trials), *untouched])
        assert not any(told[BATCH:])  # whatever stands beside them
        for (one, workbook, _), is_seen in zip(trials, told[:BATCH], strict=True):
            tried[one.name] += 1
            seen[one.name] += is_seen
            if not is_seen:
                missed[f"{one.name}: {', '.join(changes(one.workbook, workbook))}"] += 1
    print(f"{kind}: {seen.total()} of {tried.total()} seen, {seen.total() / tried.total():.1%}")
    print("\n".join(f"  {name}: {seen[name]} of {tried[name]}" for name in tried))
    print("\n".join(f"  not seen {count} times: {what}" for what, count in missed.most_common()), flush=True)
    assert seen.total() >= WANTED * tried.total()
