"""What `xanh form learn` proposes where the sample of the guide (tests/catalog/test_thirteenth_form.py) says nothing."""

from __future__ import annotations

from pathlib import Path

from reading_kit import sheet, workbook

from xanh.catalog import Catalog
from xanh.catalog.forms import Form
from xanh.catalog.strict import read_yaml
from xanh.forms.learn import learn


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


def test_a_number_of_a_form_that_is_there_is_told(catalog: Catalog) -> None:
    rows = [["Biểu số 06/NNMT-RT"], [], ["STT", "Xã, phường", "Phát sinh", "Thu gom"], [1, "Xã Hòa An", 120.5, 98]]
    proposal = learn(workbook(sheet(rows)), catalog, "so-nong-nghiep-moi-truong", "rac Q1.2026.xlsx")
    assert "code: F06  # ? there is such a form already: choose another code" in proposal
