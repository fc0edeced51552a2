"""The catalogue is sound, and its loader refuses what is not, naming file, line and expectation."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from xanh.catalog import Catalog, CatalogError, catalog_hash, load_catalog
from xanh.catalog.checks import check_catalog
from xanh.validation.messages import MessageError, issue

FOLDER = Path(__file__).parents[2] / "include" / "catalog"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "catalog"))


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_catalogue_has_no_problem() -> None:
    assert check_catalog(FOLDER) == []


def test_the_same_bytes_are_loaded_once(copy: Path) -> None:
    catalog = load_catalog(copy)
    assert load_catalog(copy) is catalog
    assert catalog_hash(copy) == catalog.hash
    append(copy / "codelists" / "registers.csv", "more,Thêm,More,false,\n")
    assert load_catalog(copy).hash != catalog.hash


def test_the_maps_have_the_units_of_their_time(catalog: Catalog) -> None:
    counted = {
        (vintage, level): sum(1 for area in catalog.areas.values() if (area.vintage, area.level) == (vintage, level))
        for vintage, level in (("B", "district"), ("B", "commune"), ("C", "commune"))
    }
    assert counted == {("B", "district"): 10, ("B", "commune"): 161, ("C", "commune"): 56}


def test_all_measures_of_the_plan_and_of_the_statistics_office_are_there(catalog: Catalog) -> None:
    assert len(catalog.measures) == 126
    assert catalog.measures["prod_steel_billet_t"].canonical_unit == "tấn"


@pytest.mark.parametrize(("day", "senders"), [(date(2025, 6, 30), 10), (date(2025, 7, 1), 56)])
def test_ten_districts_become_fifty_six_communes(catalog: Catalog, day: date, senders: int) -> None:
    valid = [one for one in catalog.departments.values() if one.group == "ubnd" and one.is_valid_on(day)]
    assert len(valid) == senders


def test_a_department_keeps_its_folder_and_changes_its_name(catalog: Catalog) -> None:
    department = catalog.departments["so-nong-nghiep-moi-truong"]
    assert department.name_on(date(2025, 2, 28)).vi == "Sở Tài nguyên và Môi trường"
    assert department.name_on(date(2025, 3, 1)).vi == "Sở Nông nghiệp và Môi trường"


def test_permissions_are_dated(catalog: Catalog) -> None:
    teams = catalog.departments["quan-ly-thi-truong"]
    assert [report.measures for report in teams.reports_on("F04", date(2025, 4, 1))] == [("inspect_n", "violation_n")]
    assert teams.reports_on("F04", date(2025, 7, 1)) == ()
    assert catalog.departments["ubnd/huyen-hoa-an"].reports_on("F08", date(2025, 1, 1))[0].areas == ("B:051",)


def test_each_old_commune_goes_wholly_somewhere_and_disputes_are_marked(catalog: Catalog) -> None:
    assert len(catalog.crosswalk) == 161
    disputed = {crossing.from_key for crossing in catalog.crosswalk if crossing.is_disputed}
    assert disputed == {"B:01303", "B:01304", "B:01615", "B:01651"}


def test_an_unknown_key_is_named_with_file_and_line(copy: Path) -> None:
    replace(copy / "departments.yaml", "- code: dien-luc\n", "- code: dien-luc\n  colour: red\n")
    with pytest.raises(CatalogError) as raised:
        load_catalog(copy)
    (problem,) = raised.value.problems
    assert "departments.yaml:" in problem
    assert "colour" in problem


def test_all_problems_of_all_files_come_at_once(copy: Path) -> None:
    append(copy / "codelists" / "units.csv", "xyz,x\n")
    append(copy / "codelists" / "registers.csv", "stores,Lại,Again,false,\n")
    replace(copy / "factors.yaml", 'toe: "0.0001543"', "toe: 0.0001543")
    with pytest.raises(CatalogError) as raised:
        load_catalog(copy)
    text = "\n".join(raised.value.problems)
    assert "units.csv:" in text
    assert "'stores' stands there twice" in text
    assert "in quotes" in text


def test_a_rule_id_in_two_files_is_refused(copy: Path) -> None:
    rule = "- {rule: X-1, severity: info, responsibility: us, title_vi: a, message_vi: a, message_en: a}\n"
    (copy / "rules" / "one.yaml").write_text(rule, encoding="utf-8")
    (copy / "rules" / "two.yaml").write_text(rule, encoding="utf-8")
    assert [problem for problem in check_catalog(copy) if "'X-1' stands there twice" in problem]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "codelists/areas.csv",
            "Xã Hòa An,Hoa An Commune,Hòa An,ALL:04",
            "Xã Hòa An,Hoa An Commune,Hòa An,ALL:99",
            "no area",
        ),
        ("codelists/measures.csv", "mass,tấn", "mass,lít", "is no unit of the dimension mass in units.csv"),
        ("codelists/unit_spellings.csv", "tạ,tạ,", "kg,tạ,", "means two units"),
        ("codelists/registers/stores.csv", "Siêu thị Minh Cát", "Siêu thị Lối Nhỏ", "means another item too"),
        ("codelists/registers/facilities.csv", "B:040|C:01288", "B:040|B:051", "two areas at one time"),
        ("codelists/crosswalk.csv", "B:01267,C:01273,1,", "B:01267,C:01273,0.5,", "add up to 0.5"),
        ("departments.yaml", "{form: F06}", "{form: F66}", "'F66' is not known"),
        ("departments.yaml", "[inspect_n, violation_n]", "[inspect_n, violation]", "'violation' is not known"),
        ("forms/dien-luc/F11.yaml", "attribute: capacity_mw", "attribute: capacity", "no number of a register"),
        ("forms/dien-luc/F11.yaml", "column: capacity,", "column: generation,", "generation must be in MW"),
        (
            "forms/so-nong-nghiep-moi-truong/F06.yaml",
            "measure: hh_total_n, flow: stock",
            "measure: hh_total_n, flow: period",
            "'hh_total_n' is a stock in measures.csv",
        ),
        ("factors.yaml", 'per: kWh, toe: "0.0001543"', 'per: tấn, toe: "0.0001543"', "does not fit use_elec_kwh"),
    ],
)
def test_a_broken_reference_is_found(copy: Path, file: str, old: str, new: str, words: str) -> None:
    replace(copy / file, old, new)
    problems = [problem for problem in check_catalog(copy) if words in problem]
    assert problems
    lines = (copy / file).read_text(encoding="utf-8").splitlines()
    for problem in problems:
        path, number, said = problem.split(":", 2)
        assert path == str(copy / file)
        assert any(word in lines[int(number) - 1] for word in re.findall(r"[\w:-]+", said) if len(word) > 1)


def test_a_message_names_cell_and_value_and_shortens_what_is_long(copy: Path) -> None:
    rule = (
        "- {rule: X-1, severity: warning, responsibility: department, family: test, title_vi: a, "
        "message_vi: 'Ô {cell}: {value}, cần {expected} ({cells})', message_en: 'Cell {cell}: {value}, not {expected}'}\n"
    )
    (copy / "rules" / "one.yaml").write_text(rule, encoding="utf-8")
    catalog = load_catalog(copy)
    found = issue(
        catalog, "X-1", cell="B2", value="{x}" + "9" * 200, cells=["B2", "C2"], expected=5, severity="critical"
    )
    assert found.message_vi.startswith("Ô B2: {x}999")
    assert found.message_vi.endswith("…, cần 5 (B2, C2)")
    assert (found.severity, found.family, found.cells) == ("critical", "test", ("B2", "C2"))
    with pytest.raises(MessageError, match="expected"):
        issue(catalog, "X-1", cell="B2")
    with pytest.raises(MessageError, match="no rule"):
        issue(catalog, "X-2")


def test_every_rule_has_both_sentences_in_its_language(catalog: Catalog) -> None:
    for rule in catalog.rules.values():
        assert not rule.message_vi.isascii(), rule.rule
        assert rule.message_en.strip(), rule.rule
