"""Exports as long tables (F05, F11): kinds in words, columns that do not apply, and where a period is wrong."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from reading_kit import RECEIVED, issue, rules, sheet, workbook

from xanh.catalog import Catalog
from xanh.model import Reading
from xanh.reading.harmonise import read
from xanh.settings import Settings
from xanh.validation.validate import validate

HEADER = ["thang", "ma_nha_may", "ten", "loai_nguon", "xa", "cong_suat_MW", "san_luong_kWh", "kWp", "so_ho"]
PLANT = ["2025-03", "NM01", "Thủy điện Nậm Khuổi 1", "thuy_dien", "Huyện Bảo Lâm", "24", "3181940", "", ""]
OTHER = ["2025-03", "NM02", "Thủy điện Nậm Khuổi 2", "thuy_dien", "Huyện Bảo Lâm", "18", "2495310", "", ""]
SALES = ["2025-03", "DL02", "Điện lực Bảo Lâm", "dien_thuong_pham", "Huyện Bảo Lâm", "", "4239804", "", ""]
BAGS = ["ma_cua_hang", "ten", "thang", "tui_nilon_cai", "tui_nilon_kg", "tui_tsh_cai", "tui_giay_cai", "so_hoa_don"]
STORE = ["ST01", "Siêu thị Hoa Ban Trắng", "03/2025", "5559", "37,8", "7618", "3264", "16689"]


def exported(catalog: Catalog, *rows: list[str], department: str = "dien-luc", name: str = "dien.csv") -> Reading:
    return read(workbook(sheet(rows, ""), container="csv"), catalog, department, name, RECEIVED)


def power(catalog: Catalog, *rows: list[str], header: list[str] = HEADER) -> Reading:
    return exported(catalog, header, *rows)


def said(reading: Reading) -> dict[tuple[str, str | None], Decimal | None]:
    return {(o.measure, o.item_name): o.value for o in reading.observations}


def changed(row: list[str], **texts: str) -> list[str]:
    return [texts.get(code, text) for code, text in zip(HEADER, row, strict=True)]


def checked(catalog: Catalog, settings: Settings, *rows: list[str]) -> list[tuple[str, str | None]]:
    reading = power(catalog, *rows)
    assert rules(reading) == []
    stand_in: Any = SimpleNamespace(expectations=settings.expectations)
    return [(found.rule, found.cell) for found in validate([reading], catalog, stand_in)[0]]


def test_kinds_in_vietnamese_words_mean_the_codes(catalog: Catalog) -> None:
    words = power(catalog, changed(PLANT, loai_nguon="Thủy điện"), changed(SALES, loai_nguon="Điện thương phẩm"))
    assert rules(words) == []
    assert said(words) == said(power(catalog, PLANT, SALES))


def test_rows_of_a_kind_that_is_not_understood_are_no_duplicates_of_each_other(catalog: Catalog) -> None:
    reading = power(catalog, *(changed(row, loai_nguon="thuydien") for row in (PLANT, OTHER)), SALES)
    assert rules(reading) == ["W14"]
    assert issue(reading, "W14").cells == ("D2", "D3")


def test_the_unit_of_the_generation_may_stand_in_brackets(catalog: Catalog) -> None:
    header = ["sản lượng (MWh)" if name == "san_luong_kWh" else name for name in HEADER]
    reading = power(catalog, changed(PLANT, san_luong_kWh="3181.94"), header=header)
    assert said(reading) == said(power(catalog, PLANT))


def test_a_dash_for_the_capacity_of_a_branch_is_no_plant_without_capacity(catalog: Catalog, settings: Settings) -> None:
    assert checked(catalog, settings, PLANT, changed(SALES, cong_suat_MW="-", kWp="-", so_ho="-")) == []


def test_sales_in_megawatt_hours_are_asked_about(catalog: Catalog, settings: Settings) -> None:
    assert checked(catalog, settings, PLANT, changed(SALES, san_luong_kWh="4239.8")) == [("F11-SMALL", "G3")]


def test_panels_of_enterprises_in_megawatts_are_asked_about(catalog: Catalog, settings: Settings) -> None:
    roof = ["2025-03", "", "ĐMT mái nhà doanh nghiệp", "dmt_mai_nha_dn", "Huyện Bảo Lâm", "", "", "0.187", ""]
    assert checked(catalog, settings, PLANT, roof) == [("F11-SMALL", "H3")]


def test_a_name_that_only_shares_the_usual_words_is_not_suggested(catalog: Catalog) -> None:
    reading = power(catalog, changed(PLANT, ma_nha_may="NM99", ten="Thủy điện Lạ"))
    assert "Có thể là" not in issue(reading, "G13").message_vi
    near = power(catalog, changed(PLANT, ma_nha_may="NM99", ten="Thủy điện Nậm Khuôi 1"))
    assert "Có thể là: Thủy điện Nậm Khuổi 1" in issue(near, "G13").message_vi


@pytest.mark.parametrize("month", ["", "tháng"])
def test_a_month_that_cannot_be_read_is_told_at_its_own_cell(catalog: Catalog, month: str) -> None:
    rows = [BAGS, [*STORE[:2], month, *STORE[3:]]]
    reading = exported(catalog, *rows, department="so-cong-thuong", name="xuat_pos.csv")
    assert [(found.rule, found.cell) for found in reading.issues] == [("R06", "C2")]
    assert ("đang ghi “tháng”" in issue(reading, "R06").message_vi) == bool(month)


def test_another_month_than_in_the_file_name_is_told_where_the_month_stands(catalog: Catalog) -> None:
    reading = exported(catalog, BAGS, STORE, department="so-cong-thuong", name="xuat_pos_T2.2025.csv")
    assert [(found.rule, found.cell) for found in reading.issues] == [("G04", "C2")]
