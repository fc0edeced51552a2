"""A second, independent reader sees in the cells what the library says that it read there."""

from __future__ import annotations

import os
import random
from decimal import Decimal
from pathlib import Path

import pytest
from independent import seen

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("XANH_SHARED", ROOT.parent / "shared"))
SAMPLES = sorted((SHARED / "samples" / "drop").rglob("*.*"))
OFFICE = sorted((SHARED / "corpus" / "nso" / "files").glob("*"))
pytestmark = pytest.mark.skipif(not SAMPLES, reason="the shared samples are not here (XANH_SHARED)")
CELLS = 400


def _same(ours: str, theirs: str) -> bool:
    """Equal as text, or as numbers: 1E-3 and 0.001 are the same digits."""
    if ours.strip() == theirs.strip():
        return True
    try:
        return Decimal(ours) == Decimal(theirs)
    except ArithmeticError:
        return False


@pytest.mark.parametrize("path", [*SAMPLES, *OFFICE], ids=lambda p: p.name)
def test_a_number_is_parsed_as_another_library_parses_it(path: Path):
    from xanh.limits import Limits
    from xanh.parsing.parse import parse

    cells = [
        (sheet.name, cell)
        for sheet in parse(path, path.name, Limits()).sheets
        for cell in sheet.cells.values()
        if cell.kind == "number"
    ]
    chosen = random.Random(path.name).sample(cells, min(CELLS, len(cells)))
    wrong = [
        (sheet, cell.address, cell.text, seen(path, sheet, cell.address))
        for sheet, cell in chosen
        if not _same(cell.text, seen(path, sheet, cell.address)) or cell.number != Decimal(cell.text)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_the_source_value_of_an_observation_stands_in_its_cell(path: Path, outcomes):
    file = path.relative_to(SHARED / "samples").as_posix()
    reading = outcomes[file].reading
    if reading is None:
        pytest.skip("a duplicate is not read")
    chosen = random.Random(file).sample(reading.observations, min(CELLS, len(reading.observations)))
    assert _wrong(path, chosen) == []


@pytest.mark.parametrize("path", OFFICE, ids=lambda p: p.name)
def test_the_source_value_of_an_office_observation_stands_in_its_cell(path: Path, office):
    reading = office(path.name)
    chosen = random.Random(path.name).sample(reading.observations, min(CELLS, len(reading.observations)))
    assert _wrong(path, chosen) == []


def _wrong(path: Path, observations):
    """Observations whose source value is not what stands in their cell, or in their cells one after the other."""
    result = []
    for o in observations:
        there = "+".join(seen(path, o.source_sheet, address) for address in o.source_cell.split("+"))
        if not _same(o.source_value or "", there):
            result.append((o.source_sheet, o.source_cell, o.source_value, there))
    return result
