"""What `xanh form learn` proposes where the sample of the guide (tests/catalog/test_thirteenth_form.py) says nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from reading_kit import sheet, workbook

from xanh.catalog import Catalog
from xanh.catalog.forms import Form
from xanh.catalog.strict import read_yaml
from xanh.forms.first_suite import first_suites
from xanh.forms.learn import learn
from xanh.validation import engine
from xanh.validation.derive import derive
from xanh.validation.suites import read_suites


def test_the_unit_in_the_title_and_the_level_of_the_places_are_proposed(catalog: Catalog, tmp_path: Path) -> None:
    rows = [
        ["Biểu số 14/NNMT-RT"],
        ["TÌNH HÌNH THU GOM RÁC THẢI THEO XÃ, PHƯỜNG (tấn)"],
        ["Quý I năm 2026"],
        [],
        ["STT", "Xã, phường", "Phát sinh", "Thu gom", "Số điểm tập kết"],
        [1, "Xã Hòa An", 120.5, 98, 3],
        [2, "Phường Thục Phán", 300, 280.5, 9],
    ]
    proposal = learn(workbook(sheet(rows)), catalog, "so-nong-nghiep-moi-truong", "rac Q1.2026.xlsx")
    path = tmp_path / "F14.yaml"
    path.write_text(proposal, encoding="utf-8")
    layout = read_yaml(path, Form).layouts[0]
    assert layout.recognise.titles == ("tình hình thu gom rác thải theo xã phường",)
    assert layout.tables[0].rows.areas[0].levels == ("commune",)
    units = {column.code: column.unit for column in layout.tables[0].columns if column.role == "number"}
    assert units == {"phat_sinh": "tấn", "thu_gom": "tấn", "so_diem_tap_ket": None}


def test_a_title_in_small_letters_is_proposed_and_the_number_of_a_form_that_is_there_told(catalog: Catalog) -> None:
    rows = [
        ["Biểu số 06/NNMT-RT"],
        ["Tổng hợp rác thải theo xã quý I năm 2026"],
        [],
        ["STT", "Xã, phường", "Phát sinh", "Thu gom"],
        [1, "Xã Hòa An", 120.5, 98],
    ]
    proposal = learn(workbook(sheet(rows)), catalog, "so-nong-nghiep-moi-truong", "rac.xlsx")
    assert 'titles: ["tổng hợp rác thải theo xã"]  # ? the line that states the period' in proposal
    assert "code: F06  # ? there is such a form already: choose another code" in proposal


@pytest.mark.parametrize(
    ("households", "total", "found"),
    [(4, 7, []), (4, 8, ["F06.total"]), (-1, 2, ["F06.negative"])],
)
def test_the_first_suite_finds_negative_numbers_and_wrong_totals(
    catalog: Catalog, tmp_path: Path, households: int, total: int, found: list[str]
) -> None:
    for name, content in first_suites(catalog.forms["F06"]).items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    suite = read_suites(tmp_path)["F06"]
    numbers = {column.code: Decimal(0) for column in catalog.forms["F06"].layouts[-1].tables[0].columns}
    rows = [
        {**numbers, "row_kind": kind, "households": Decimal(each)}
        for kind, each in (("item", 3), ("item", households), ("total", total))
    ]
    assert [each.check.check for each in engine.run(suite, derive(rows, suite.derived, {}))] == found


def test_a_form_with_several_tables_gets_a_suite_for_each(catalog: Catalog) -> None:
    assert {name: suite["meta"]["table"] for name, suite in first_suites(catalog.forms["F04"]).items()} == {
        "F04-A": "A",
        "F04-B": "B",
    }
