"""The 32 workbooks of the statistics office: tables found, numbers as in the oracle, old text in Vietnamese letters."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest
from office import FORMS, Difference, differences

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("XANH_SHARED", ROOT.parent / "shared")) / "corpus" / "nso"
FILES = sorted(path.name for path in (CORPUS / "files").glob("*"))
pytestmark = pytest.mark.skipif(not FILES, reason="the office's workbooks are not here (XANH_SHARED)")

NO_INDEX = {name for name in FILES if name < "2011-08"}
"""Until mid-2011 the office published the value of industrial output, not the index of production."""
QUARTER_ONLY = {"2000-01-31-bieu-thang-1.xls"}
"""Its retail table is of the first quarter: another frequency than the form's, not collected."""


def _oracle(table: str) -> dict[str, list[dict[str, str]]]:
    path = CORPUS / f"oracle_{table}.csv"
    months: dict[str, list[dict[str, str]]] = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                months.setdefault(line["Month"], []).append(line)
    return months


def _known() -> list[Difference]:
    with (Path(__file__).parent / "nso_differences.csv").open(encoding="utf-8", newline="") as lines:
        return sorted(Difference(**line) for line in csv.DictReader(lines))


CASES = [
    (table, month, next(name for name in FILES if name.startswith(lines[0]["Date"])))
    for table in FORMS
    for month, lines in sorted(_oracle(table).items())
]


@pytest.mark.parametrize(("table", "month", "name"), CASES)
def test_every_number_is_the_oracles_but_for_the_listed_differences(table: str, month: str, name: str, office):
    found = differences(office(name), table, month, _oracle(table)[month])
    assert found == [d for d in _known() if (d.table, d.month) == (table, month)]


def test_every_kind_of_difference_is_explained():
    explained = (ROOT / "docs" / "nso_differences.md").read_text(encoding="utf-8")
    words = " ".join(explained.split())
    unexplained = {(d.table, d.label) for d in _known() if d.label not in words}
    assert unexplained == set()


@pytest.mark.parametrize("name", FILES)
def test_the_products_table_of_every_workbook_is_read(name: str, office):
    reading = office(name)
    assert "NSO-PRODUCTS" in reading.forms, [(s.name, s.why) for s in reading.sheets]
    products = [o for o in reading.observations if o.form == "NSO-PRODUCTS"]
    assert len(products) > 50
    assert {o.flow for o in products} <= {"period", "ytd"}


@pytest.mark.parametrize("name", FILES)
def test_the_retail_and_index_tables_are_read_or_the_workbook_says_that_it_has_none(name: str, office):
    reading = office(name)
    assert ("NSO-IIP" in reading.forms) == (name not in NO_INDEX)
    assert ("NSO-RETAIL" in reading.forms) == (name not in QUARTER_ONLY)
    assert all(s.form or s.why for s in reading.sheets)


@pytest.mark.parametrize("name", FILES)
def test_sheets_that_nobody_collects_are_no_issue(name: str, office):
    assert [(i.rule, i.sheet, i.cell, i.message_en) for i in office(name).issues if i.severity == "critical"] == []


LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵfjwz"
ALLOWED = re.compile(rf"^[{LETTERS}\d\s.,;:()/%&*+\-–\"'=]*$", re.IGNORECASE)


@pytest.mark.parametrize("name", [name for name in FILES if name < "2012-12"])
def test_every_label_of_the_old_workbooks_is_written_with_vietnamese_letters(name: str, office):
    labels = {o.source_label for o in office(name).observations} | {
        o.item_name or "" for o in office(name).observations
    }
    assert [label for label in sorted(labels) if not ALLOWED.match(label)] == []


def test_crude_steel_of_february_2025_has_its_exact_value_unit_and_status(office):
    reading = office("2025-02-28-Bieu-T2.2025-1.xlsx")
    steel = next(
        o
        for o in reading.observations
        if o.source_label == "Sắt, thép thô" and o.flow == "period" and o.period.code == "2025-02"
    )
    assert (str(steel.value)[:12], steel.unit, steel.obs_status, steel.source_unit) == (
        "1678271.9427",
        "tấn",
        "E",
        "Nghìn tấn",
    )
