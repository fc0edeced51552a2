"""A new form needs files and no Python: the example of docs/add_a_form.md, and what `xanh form learn` proposes for it."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from xanh.catalog import Catalog, load_catalog
from xanh.catalog.checks import check_catalog
from xanh.catalog.forms import Form
from xanh.catalog.strict import read_yaml
from xanh.forms.learn import CannotLearn, learn
from xanh.limits import Limits
from xanh.model import Sheet, Workbook
from xanh.parsing.parse import parse
from xanh.reading.harmonise import read

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "F13"
SAMPLE = EXAMPLE / "cap-nuoc-sach-Q1.2025.xlsx"


@pytest.fixture(scope="module")
def sample() -> Workbook:
    return parse(SAMPLE, SAMPLE.name, Limits())


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue after the steps of the guide: three files, each with lines of the example folder."""
    folder = Path(shutil.copytree(ROOT / "include" / "catalog", tmp_path_factory.mktemp("form") / "catalog"))
    (folder / "forms" / "so-xay-dung").mkdir()
    shutil.copy(EXAMPLE / "F13.yaml", folder / "forms" / "so-xay-dung" / "F13.yaml")
    measures = folder / "codelists" / "measures.csv"
    text = measures.read_text(encoding="utf-8")
    added = (EXAMPLE / "measures.csv").read_text(encoding="utf-8")
    measures.write_text(text.rstrip("\n") + "\n" + added, encoding="utf-8")
    departments = folder / "departments.yaml"
    text = departments.read_text(encoding="utf-8")
    start = text.index("- code: so-xay-dung")
    end = text.index("\n- code:", start)
    rights = (EXAMPLE / "department.yaml").read_text(encoding="utf-8").rstrip("\n")
    departments.write_text(f"{text[:end]}\n{rights}{text[end:]}", encoding="utf-8")
    return folder


def test_the_extended_catalogue_is_sound(extended: Path) -> None:
    assert check_catalog(extended) == []


def test_the_new_form_is_read_without_python(extended: Path, sample: Workbook) -> None:
    reading = read(sample, load_catalog(extended), "so-xay-dung", SAMPLE.name, date(2025, 4, 11))
    assert [issue for issue in reading.issues if issue.severity != "info"] == []
    assert (reading.form, reading.period.code if reading.period else None) == ("F13", "2025-Q1")
    found = {(o.measure, o.area): (o.value, o.obs_status, o.source_cell) for o in reading.observations}
    assert found[("water_produced_m3", "B:040")] == (Decimal(1204500), "A", "D11")
    assert found[("water_sold_m3", "B:049")] == (None, "M", "E14")
    assert found[("water_hh_n", "B:048")] == (Decimal(0), "A", "C15")
    assert len(found) == 15


def test_an_unknown_form_is_quarantined_before(catalog: Catalog, sample: Workbook) -> None:
    reading = read(sample, catalog, "so-xay-dung", SAMPLE.name, date(2025, 4, 11))
    assert reading.form is None
    assert [issue.family for issue in reading.issues if issue.severity == "critical"] == ["unknown_form"]


def test_the_proposal_is_a_form_that_marks_its_guesses(catalog: Catalog, sample: Workbook, tmp_path: Path) -> None:
    proposal = learn(sample, catalog, "so-xay-dung", SAMPLE.name)
    path = tmp_path / "F13.yaml"
    path.write_text(proposal, encoding="utf-8")
    form = read_yaml(path, Form)
    assert (form.code, form.frequency, form.departments) == ("F13", "quarter", ("so-xay-dung",))
    assert form.layouts[0].recognise.numbers == ("13/SXD-NS",)
    table = form.layouts[0].tables[0]
    assert [column.role for column in table.columns] == [
        "ignored",
        "text",
        "number",
        "number",
        "number",
        "percent",
        "ignored",
    ]
    assert table.column("san_xuat").unit == "nghìn m3"
    assert table.rows.areas[0].source == "column"
    assert "row 16 is a total" in proposal
    assert "thuong_pham <= san_xuat" in proposal
    assert proposal.count("# ?") >= 4


def test_a_sample_without_a_table_cannot_be_learnt(catalog: Catalog) -> None:
    with pytest.raises(CannotLearn):
        learn(Workbook("xlsx", (Sheet("a", {}),)), catalog, "so-xay-dung", "a.xlsx")
