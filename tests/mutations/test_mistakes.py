"""Each mistake of the forms' specification, made in each form: found at its cell, and the other cells read as before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from every_form import SAMPLES, Base, Change, chosen, load, said
from harness import key_of

from xanh.catalog import Catalog, load_catalog
from xanh.model import Cell, Observation
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings

ROOT = Path(__file__).parents[2]
TOLD: dict[str, tuple[Change, str]] = {
    "negative": (lambda s: f"-{s}", "negative_value"),
    "about": (lambda s: "khoảng 30", "text_not_number"),
    "more than": (lambda s: "trên 200", "text_not_number"),
    "not sure": (lambda s: f"{s}?", "text_not_number"),
    "an estimate": (lambda s: f"{s} (ước)", "text_not_number"),
    "an error": (lambda s: "#REF!", "text_not_number"),
}
QUIET: dict[str, Change] = {
    "an ellipsis": lambda s: "…",
    "three dots": lambda s: "...",
    "blank": lambda s: None,
    "a dash": lambda s: "-",
    "a long dash": lambda s: "–",
    "nothing arose": lambda s: "KPS",
    "as text": lambda s: s,
    "spaces around": lambda s: f"\u00a0{s} ",
}
ZERO = ("a dash", "a long dash", "nothing arose")
MISSING = ("an ellipsis", "three dots", "blank")
NAMES = ("so lieu T2.2019", "bao cao quy II.2022", "6T dau nam 2022", "nam 2019")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(ROOT / "include" / "catalog")


@pytest.fixture(scope="module", params=[form for form in SAMPLES if form not in ("F03", "F09")])
def base(request: pytest.FixtureRequest, catalog: Catalog, own_samples: tuple[Path, list[ExpectedSubmission]]) -> Base:
    """Forms whose cells are numbers; the others are answers."""
    return load(own_samples[0], request.param, catalog, Settings.from_environment(dict(os.environ)))


def number_of(base: Base, row: tuple[str, int]) -> tuple[Observation, Cell] | None:
    """The first cell of the row whose number is a quantity that is observed as it stands."""
    for o in base.rows[row]:
        cell = base.cell(o.source_sheet, o.source_cell) if "+" not in o.source_cell else None
        if cell is not None and o.value and o.flow != "stock" and cell.text.replace(".", "").replace(",", "").isdigit():
            return o, cell
    return None


def cells(base: Base, count: int | None, seed: str) -> Iterator[tuple[Observation, Cell]]:
    found = (number_of(base, row) for row in chosen(base, None, seed))
    yield from [each for each in found if each is not None][:count]


def missed(base: Base, name: str, count: int | None) -> list[tuple[str, ...]]:
    """The cells in which the mistake is not told, or changes what other cells say."""
    change, family = TOLD[name]
    places = list(cells(base, count, name))
    kind = (
        "error"
        if name == "an error"
        else "number"
        if name == "negative" and base.workbook.container != "csv"
        else "text"
    )
    changed = [base.with_cell(o.source_sheet, cell, change(cell.text), kind) for o, cell in places]
    before = {key_of(o): (o.value, o.item_name) for o in base.reading.observations}
    wrong = []
    for (o, cell), after in zip(places, said(base, changed), strict=True):
        own = {key_of(each) for each in base.reading.observations if each.source_cell == o.source_cell}
        if family not in after.families_at(cell.address):
            wrong.append((name, cell.address, *sorted({i.rule for i in after.issues})))
        if any(after.values.get(key) != before[key] for key in before.keys() - own) and not after.is_refused:
            wrong.append((name, cell.address, "others changed"))
    return wrong


def misread(base: Base, name: str, count: int | None) -> list[tuple[str, ...]]:
    """The cells in which a usual way to write says something else than it should, unless the file is refused."""
    places = list(cells(base, count, name))
    changed = [base.with_cell(o.source_sheet, cell, QUIET[name](cell.text)) for o, cell in places]
    wrong = []
    for (o, cell), after in zip(places, said(base, changed), strict=True):
        want = Decimal(0) if name in ZERO else None if name in MISSING else o.value
        got = after.values.get(key_of(o), (None, None))[0]
        if not after.is_refused and got != want and not (got is None and after.told_at(cell.row)):
            wrong.append((name, cell.address, str(o.value), str(got)))
    return wrong


@pytest.mark.parametrize("name", TOLD)
def test_a_mistake_is_told_at_its_cell(base: Base, name: str) -> None:
    assert missed(base, name, 2) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", TOLD)
def test_a_mistake_is_told_at_every_cell(base: Base, name: str) -> None:
    assert missed(base, name, None) == []


@pytest.mark.parametrize("name", QUIET)
def test_a_usual_way_to_write_means_what_it_means(base: Base, name: str) -> None:
    assert misread(base, name, 2) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", QUIET)
def test_a_usual_way_to_write_means_the_same_in_every_cell(base: Base, name: str) -> None:
    assert misread(base, name, None) == []


@pytest.mark.parametrize("name", NAMES)
def test_another_period_in_the_file_name_is_refused(base: Base, name: str) -> None:
    (after,) = said(base, [base.workbook], name + base.path.suffix)
    assert after.is_refused
    assert "period_mismatch" in {issue.family for issue in after.issues}
