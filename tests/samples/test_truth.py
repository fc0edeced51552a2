"""Every shared sample against its truth: verdict, exactly the observations, every seeded mistake at its cell."""

from __future__ import annotations

import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from xanh.model import Observation

ROOT = Path(__file__).parents[2]
SAMPLES = Path(os.environ.get("XANH_SHARED", ROOT.parent / "shared")) / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not here (XANH_SHARED)")


def _table(name: str) -> list[dict[str, str]]:
    import csv

    path = SAMPLES / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


TRUTH = {line["file"]: line for line in _table("truth/submissions.csv")}
ACCEPTED = [file for file, line in TRUTH.items() if line["expected_status"].startswith("accepted")]
CLEAN = [file for file, line in TRUTH.items() if line["expected_status"] == "accepted"]
MISTAKES = [line for line in _table("truth/issues.csv") if line["error_family"] != "exact_duplicate"]

Row = tuple[str, ...]


OBSERVATIONS = _table("truth/observations.csv")


def _lines(file: str) -> list[dict[str, str]]:
    return [line for line in OBSERVATIONS if line["file"] == file]


def _expected(file: str) -> Counter[Row]:
    return Counter(
        (
            *(
                line[key]
                for key in ("sheet", "cell", "measure_code", "item", "area_code", "period_start", "period_end")
            ),
            *(line[key] for key in ("flow", "obs_status")),
            _plain(line["canonical_value"]),
            *(line[key] for key in ("canonical_unit", "source_value")),
        )
        for line in _lines(file)
    )


def _plain(value: str) -> str:
    return format(Decimal(value).normalize(), "f") if value else ""


def _found(o: Observation) -> Row:
    value = "" if o.value is None else _plain(str(o.value))
    period = (str(o.period.start), str(o.period.end), o.flow, o.obs_status)
    key = (o.source_sheet, o.source_cell, o.measure, o.item_name or "", o.area or "")
    return (*key, *period, value, o.unit, o.source_value or "")


@pytest.mark.parametrize("file", TRUTH)
def test_a_sample_gets_its_true_verdict(file: str, outcomes):
    outcome = outcomes[file]
    serious = [(i.rule, i.cell, i.message_en) for i in outcome.issues if i.severity != "info"]
    assert outcome.verdict == TRUTH[file]["expected_status"], serious


@pytest.mark.parametrize("file", ACCEPTED)
def test_an_accepted_sample_gives_exactly_its_true_observations(file: str, outcomes):
    reading = outcomes[file].reading
    found = Counter(_found(o) for o in reading.observations)
    expected = _expected(file)
    missing, extra = sorted((expected - found).elements()), sorted((found - expected).elements())
    assert (missing, extra) == ([], [])


@pytest.mark.parametrize("file", ACCEPTED)
def test_an_observation_keeps_the_unit_that_its_file_states(file: str, outcomes):
    """The truth writes units in small letters and resolves ditto marks."""
    stated = {(line["sheet"], line["cell"]): line["source_unit"] for line in _lines(file) if line["source_unit"]}
    found = {(o.source_sheet, o.source_cell): o.source_unit for o in outcomes[file].reading.observations}
    units = {place: (unit or "").lower() for place, unit in found.items() if place in stated and unit != '"'}
    assert units == {place: unit.lower() for place, unit in stated.items() if place in units}


@pytest.mark.parametrize("file", CLEAN)
def test_a_clean_sample_has_no_critical_issue_and_no_warning(file: str, outcomes):
    assert [(i.rule, i.cell, i.message_en) for i in outcomes[file].issues if i.severity != "info"] == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda line: f"{line['error_family']}-{Path(line['file']).stem}")
def test_a_seeded_mistake_is_reported_at_its_cell_with_its_severity_and_family(mistake: dict[str, str], outcomes):
    found = [(i.family, i.severity, i.sheet or "", i.cell or "", i.cells) for i in outcomes[mistake["file"]].issues]
    cell = mistake["cell"]
    matching = [
        (family, severity, sheet, at, cells)
        for family, severity, sheet, at, cells in found
        if (family, severity) == (mistake["error_family"], mistake["severity"])
        and sheet == mistake["sheet"]
        and (not cell or cell == at or cell in cells)
    ]
    assert matching, found


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda line: f"{line['error_family']}-{Path(line['file']).stem}")
def test_a_sample_with_one_mistake_blames_nothing_else(mistake: dict[str, str], outcomes):
    """One root cause, one finding: a clerk who mends the marked cell has nothing left to mend."""
    serious = [i for i in outcomes[mistake["file"]].issues if i.severity != "info"]
    assert {i.family for i in serious} == {mistake["error_family"]}, [(i.rule, i.cell, i.message_en) for i in serious]


@pytest.mark.parametrize("file", TRUTH)
def test_a_sample_is_the_form_that_it_says(file: str, outcomes):
    reading = outcomes[file].reading
    assert reading is None or reading.form == TRUTH[file]["form"]


@pytest.mark.parametrize("file", ACCEPTED)
def test_an_accepted_sample_is_about_the_area_and_period_that_it_says(file: str, outcomes):
    reading, line = outcomes[file].reading, TRUTH[file]
    assert (str(reading.period.start), str(reading.period.end)) == (line["period_start"], line["period_end"])
    assert reading.area in ((line["area_code"],) if line["area_code"] else (None, "ALL:04"))
