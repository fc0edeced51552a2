"""Rules of reading that other tests name only by their family: for each a file that trips it and one that does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from reading_kit import RECEIVED, f01, issue, read_rows, rules, sheet, workbook

from xanh.catalog import Catalog
from xanh.model import Reading
from xanh.reading.harmonise import read
from xanh.reading.labels import without_unit

STEEL = ("Phôi thép", "Tấn", 230000, 19685, 18184, 90990)
HALF = "6 THÁNG ĐẦU NĂM 2026"
POWER = ["thang", "ma_nha_may", "ten", "loai_nguon", "xa", "cong_suat_MW", "san_luong_kWh", "kWp", "so_ho"]
PLANT = ["NM01", "Thủy điện Nậm Khuổi 1", "thuy_dien", "Xã Lý Bôn", "24", "9790380.5", "", ""]


def outreach(
    heading: str | None = "ỦY BAN NHÂN DÂN XÃ HÒA AN", unit: str = "trường", title: str = HALF
) -> list[list[Any]]:
    return [
        ["ỦY BAN NHÂN DÂN TỈNH CAO BẰNG"],
        [heading],
        ["Biểu số 08/UBND"],
        [f"KẾT QUẢ TUYÊN TRUYỀN, TẬP HUẤN VỀ SẢN XUẤT VÀ TIÊU DÙNG BỀN VỮNG {title}"],
        ["TT", "Nội dung", "ĐVT", "Kế hoạch năm", "Kết quả kỳ báo cáo", "Lũy kế từ đầu năm"],
        ["III", "Cuộc thi, hội thi trong trường học"],
        [1, "Tổng số trường trên địa bàn", unit, None, 12, None],
    ]


def waste(area: str, population: str = "Dân số nông thôn") -> list[list[Any]]:
    return [
        ["Biểu số 06/TNMT-CTR"],
        ["CHẤT THẢI RẮN SINH HOẠT THEO ĐỊA BÀN QUÝ I NĂM 2025"],
        [
            "Đơn vị hành chính", "Dân số đô thị", population, "Phát sinh đô thị (tấn/ngày)",
            "Phát sinh nông thôn (tấn/ngày)", "Thu gom đô thị (tấn/ngày)", "Thu gom nông thôn (tấn/ngày)",
        ],
        [area, 1, 2, 3, 4, 2, 3],
    ]  # fmt: skip


def zones(name: str, kind: str, place: str) -> list[list[Any]]:
    return [
        ["Biểu số 09/BQL"],
        [f"KHU KINH TẾ, KHU, CỤM CÔNG NGHIỆP, LÀNG NGHỀ ĐƯỢC PHỔ BIẾN {HALF}"],
        [
            "STT", "Tên khu, cụm, làng nghề", "Loại", "Địa bàn", "Diện tích (ha)", "Số DN, cơ sở", "Đã phổ biến (x)",
            "Hình thức", "Ngày", "XLNT tập trung", "Phương án BVMT",
        ],
        [1, name, kind, place, 5, 3, "x", None, None, "Có", "Có"],
    ]  # fmt: skip


def shops(answer: str) -> list[list[Any]]:
    return [
        ["Biểu số 04/SCT-TM"],
        ["SIÊU THỊ, TRUNG TÂM THƯƠNG MẠI, CHỢ VÀ BAO BÌ QUÝ IV NĂM 2024"],
        [
            "STT", "Tên siêu thị, TTTM, chợ", "Loại", "Xã/phường", "Tình trạng", "Sử dụng bao bì thân thiện",
            "Sản phẩm nhãn sinh thái (mặt hàng)",
        ],
        [1, "Siêu thị Hoa Ban Trắng", "ST", "Phường Hợp Giang", "Hoạt động", answer, 3],
    ]  # fmt: skip


def export(catalog: Catalog, *rows: Sequence[str]) -> Reading:
    lines = sheet([[*row] for row in (POWER, *rows)], name="")
    return read(workbook(lines, container="csv"), catalog, "dien-luc", "dien.csv", RECEIVED)


def found(reading: Reading) -> set[str]:
    """Every rule of the reading, info too."""
    return {issue.rule for issue in reading.issues}


def test_a_form_without_its_table_is_g01(catalog: Catalog) -> None:
    whole = outreach()
    reading = read_rows(catalog, whole[:4], "ubnd/xa-hoa-an")
    assert "không tìm thấy bảng số liệu (" in issue(reading, "G01").message_vi
    assert rules(read_rows(catalog, whole, "ubnd/xa-hoa-an")) == []


@pytest.mark.parametrize(("unit", "is_converted"), [("kg", True), ("Tấn", False)])
def test_a_conversion_is_told_as_i02(catalog: Catalog, unit: str, is_converted: bool) -> None:
    reading = read_rows(catalog, f01(("Phôi thép", unit, 230000, 19685, 18184, 90990)), "so-cong-thuong")
    assert ("I02" in found(reading)) is is_converted


def test_an_alias_of_a_place_is_told_as_i04(catalog: Catalog) -> None:
    district = next(a for a in catalog.areas.values() if a.level == "district" and a.aliases)
    for name, is_alias in ((district.aliases[0], True), (district.name_vi, False)):
        reading = read_rows(catalog, waste(name), "so-nong-nghiep-moi-truong")
        assert ("I04" in found(reading)) is is_alias


@pytest.mark.parametrize(("heading", "is_odd"), [("Kế hoạch năm 2023", True), ("Kế hoạch năm 2024", False)])
def test_an_optional_column_of_another_year_is_r03(catalog: Catalog, heading: str, is_odd: bool) -> None:
    rows = f01(STEEL)
    rows[6][3] = heading
    assert ("R03" in rules(read_rows(catalog, rows, "so-cong-thuong"))) is is_odd


def test_a_form_that_names_no_period_is_r04(catalog: Catalog) -> None:
    assert "R04" in rules(read_rows(catalog, outreach(title="CỦA XÃ"), "ubnd/xa-hoa-an"))
    named = read_rows(catalog, outreach(title="CỦA XÃ"), "ubnd/xa-hoa-an", "Bieu 08 6T dau nam 2026.xlsx")
    assert "R04" not in rules(named)


def test_a_month_that_is_none_is_r06(catalog: Catalog) -> None:
    assert "R06" in rules(export(catalog, ["tháng tám", *PLANT]))
    assert rules(export(catalog, ["2025-08", *PLANT])) == []


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2025-10", []),
        ("2025-10-01", []),
        ("2025-10-31", ["R06"]),
        ("01/10/2025", []),
        ("10/01/2025", ["R06"]),
        ("45931", []),
        ("45932", ["R06"]),
    ],
)
def test_the_first_day_of_a_month_is_the_month(catalog: Catalog, month: str, expected: list[str]) -> None:
    assert rules(export(catalog, [month, *PLANT])) == expected


def test_values_without_a_label_are_r15(catalog: Catalog) -> None:
    assert "R15" in rules(read_rows(catalog, f01(STEEL, (None, "Tấn", 1, 2, 3, 4)), "so-cong-thuong"))
    assert rules(read_rows(catalog, f01(STEEL), "so-cong-thuong")) == []


def test_a_row_of_figures_without_a_place_name_is_one_finding(catalog: Catalog) -> None:
    """Not a second one that says that a name of no letters is no administrative unit."""
    assert rules(read_rows(catalog, waste(""), "so-nong-nghiep-moi-truong"), "critical") == ["R15"]


@pytest.mark.parametrize(("place", "found"), [("", ["R23"]), ("Huyện Hòa An", []), ("Huyện Hà Đông", ["G07"])])
def test_a_row_whose_place_is_not_written_is_r23_at_the_empty_cell(
    catalog: Catalog, place: str, found: list[str]
) -> None:
    rows = zones("Cụm công nghiệp Khuổi Nặm", "CCN", place)
    rows[1] = ["KHU KINH TẾ, KHU, CỤM CÔNG NGHIỆP, LÀNG NGHỀ ĐƯỢC PHỔ BIẾN 6 THÁNG ĐẦU NĂM 2025"]
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading, "critical") == found
    assert {issue.cell for issue in reading.issues if issue.severity == "critical"} <= {"D4"}
    assert not any("–" in issue.message_vi for issue in reading.issues if issue.severity == "critical")


@pytest.mark.parametrize(("name", "is_near"), [("Huyện Hoà Am", True), ("Huyện Xyz Qwk", False)])
def test_a_suggestion_is_left_out_where_there_is_none(catalog: Catalog, name: str, is_near: bool) -> None:
    reading = read_rows(catalog, waste(name), "so-nong-nghiep-moi-truong")
    said = issue(reading, "G07")
    assert ("Có thể là" in said.message_vi) == ("perhaps" in said.message_en) == is_near
    assert "–" not in said.message_vi + said.message_en


def test_a_heading_that_names_no_committee_is_r22(catalog: Catalog) -> None:
    assert "R22" in rules(read_rows(catalog, outreach(None), "ubnd/xa-hoa-an"))


@pytest.mark.parametrize(("unit", "is_other"), [("cơ sở", True), ("trường", False)])
def test_another_noun_than_the_form_counts_is_w11(catalog: Catalog, unit: str, is_other: bool) -> None:
    reading = read_rows(catalog, outreach(unit=unit), "ubnd/xa-hoa-an")
    assert ("W11" in rules(reading)) is is_other


@pytest.mark.parametrize(("answer", "is_unknown"), [("Có lẽ", True), ("Một phần", False)])
def test_an_answer_that_the_form_does_not_know_is_w14(catalog: Catalog, answer: str, is_unknown: bool) -> None:
    assert ("W14" in rules(read_rows(catalog, shops(answer), "so-cong-thuong"))) is is_unknown


@pytest.mark.parametrize(("department", "is_refused"), [("ban-quan-ly-khu-kinh-te", True), ("so-cong-thuong", False)])
def test_a_craft_village_is_not_for_the_management_board_to_report_p03(
    catalog: Catalog, department: str, is_refused: bool
) -> None:
    village = next(i for i in catalog.items.values() if i.kind == "Làng nghề")
    place = next(catalog.areas[key].name_vi for key in village.areas if key.startswith("C:"))
    reading = read_rows(catalog, zones(village.name_vi, "Làng nghề", place), department)
    assert ("P03" in rules(reading)) is is_refused


@pytest.mark.parametrize(("department", "is_refused"), [("dien-luc", True), ("so-cong-thuong", False)])
def test_a_form_of_another_department_is_p01(catalog: Catalog, department: str, is_refused: bool) -> None:
    assert ("P01" in rules(read_rows(catalog, f01(STEEL), department))) is is_refused


@pytest.mark.parametrize(("capacity", "roof", "found"), [("24", "", []), ("", "24", ["W19"]), ("", "", [])])
def test_a_number_in_a_column_that_its_row_does_not_use_is_w19(
    catalog: Catalog, capacity: str, roof: str, found: list[str]
) -> None:
    plant = [*PLANT[:4], capacity, PLANT[5], roof, ""]
    reading = export(catalog, ["2025-10", *plant])
    assert rules(reading) == found
    assert [i.cell for i in reading.issues if i.rule == "W19"] == (["H2"] if found else [])


@pytest.mark.parametrize(
    ("written", "found"), [((5, 6, 7), []), ((None, None, None), ["W20"]), (("…", None, None), [])]
)
def test_a_mandatory_column_that_is_blank_in_every_row_is_w20(
    catalog: Catalog, written: tuple[Any, ...], found: list[str]
) -> None:
    rows = waste("Huyện Hòa An")
    rows[3:] = [
        [name, 1, 2, 3, number, 2, 3]
        for name, number in zip(("Huyện Hòa An", "Huyện Hà Quảng", "Huyện Thạch An"), written, strict=True)
    ]
    reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong")
    assert rules(reading) == found
    assert [i.cell for i in reading.issues if i.rule == "W20"] == (["E3"] if found else [])


@pytest.mark.parametrize(("said", "found"), [("Không", []), ("x", ["W14"]), (30.5, ["W14"])])
def test_an_answer_about_waste_water_that_is_none_is_w14(catalog: Catalog, said: Any, found: list[str]) -> None:
    rows = zones("Cụm công nghiệp Khuổi Nặm", "CCN", "Xã Hòa An")
    rows[-1][9] = said
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert [r for r in rules(reading) if r == "W14"] == found
    assert {o.value for o in reading.observations if o.measure == "ccn_wwtp_n"} == ({None} if found else {0})


@pytest.mark.parametrize(
    ("unit", "figures", "found"),
    [
        ("Tấn", (1000.5, 85.3, 91.4, 410.7), []),
        ("Kg", (1000500, 85300, 91400, 410700), []),
        ("Kg", (1000.5, 85.3, 91.4, 410.7), ["W21"]),
        ("Nghìn tấn", (1.0005, 0.0853, 0.0914, 0.4107), []),
        ("Nghìn tấn", (1000.5, 85.3, 91.4, 410.7), ["W21"]),
        ("Kg", (18000, 1693, 1618, 16106), ["W21"]),  # whole numbers: their size is the evidence
        ("Kg", (18000000, 1693000, 1618000, 16106000), []),
        ("Tạ", (180000, 16937, 16180, 161069), []),
        ("Tạ", (18000, 1693.7, 1618, 16106.9), ["W21"]),
    ],
)
def test_a_unit_that_was_changed_without_the_numbers_is_asked_about_w21(
    catalog: Catalog, unit: str, figures: tuple[float, ...], found: list[str]
) -> None:
    reading = read_rows(catalog, f01(("Quặng mangan", unit, *figures)), "so-cong-thuong")
    assert rules(reading) == found
    assert all(o.source_unit == unit for o in reading.observations)


@pytest.mark.parametrize(
    ("unit", "figures", "found"),
    [("(m3)", (2221, 310, 45), []), ("(m3/ngày)", (2221, 310, 45), ["W21"]), ("(lít)", (2221000, 310000, 45000), [])],
)
def test_a_daily_rate_where_the_form_wants_the_amount_of_the_quarter_is_asked_about_w21(
    catalog: Catalog, unit: str, figures: tuple[int, ...], found: list[str]
) -> None:
    columns = [c for c in catalog.forms.forms["F02"].layouts[0].tables[0].columns if c.mandatory == "always"]
    headings = [
        f"Nước {unit}" if c.code == "water" else f"{c.headings[0]} ({c.unit})" if c.unit else c.headings[0]
        for c in columns
    ]
    rows = [["Biểu số 02/SCT-NL"], ["TIÊU HAO NGUYÊN, NHIÊN, VẬT LIỆU THEO CƠ SỞ QUÝ I NĂM 2025"], headings]
    for facility, water in zip(catalog.items_of("facilities"), figures, strict=False):
        known = {
            "name": facility.name_vi,
            "tax_id": facility.tax_code,
            "area": "Huyện Hòa An",
            "raw_name": "-",
            "water": water,
        }
        rows.append([known.get(c.code, "-") for c in columns])
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert [r for r in rules(reading) if r == "W21"] == found
    water_cells = [o for o in reading.observations if o.measure == "use_water_m3"]
    assert len(water_cells) == 3


@pytest.mark.parametrize(("column", "address"), [(2, "C4"), (4, "E4")])
def test_a_blank_answer_that_decides_what_a_row_gives_is_w24(catalog: Catalog, column: int, address: str) -> None:
    """The kind of a store, or whether it is open: without it the row would be lost without a word."""
    rows = shops("Có")
    rows.append([2, "Siêu thị Minh Cát", "ST", "Phường Hợp Giang", "Hoạt động", "Có", 5])
    assert rules(read_rows(catalog, rows, "so-cong-thuong")) == []
    rows[3][column] = None
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading) == ["W24"]
    assert issue(reading, "W24").cell == address


def beside(rows: list[list[Any]], first: int, *, headed: bool) -> list[list[Any]]:
    """The rows from `first` on once more at their right, with or without their headings in the row above."""
    width = max(len(row) for row in rows)
    names = ["Huyện Hà Quảng", "Huyện Thạch An", "Huyện Hạ Lang"]
    right = [[name, *row[1:]] for name, row in zip(names, rows[first:], strict=False)]
    head = rows[first - 1] if headed else []
    wide = [row + [None] * (width - len(row)) + [None] for row in rows]
    return [
        *wide[: first - 1],
        wide[first - 1] + head,
        *(left + more for left, more in zip(wide[first:], right, strict=True)),
    ]


def test_two_tables_side_by_side_are_one_refusal(catalog: Catalog) -> None:
    reading = read_rows(catalog, beside(waste("Huyện Hòa An"), 3, headed=True), "so-nong-nghiep-moi-truong")
    assert rules(reading) == ["R24"]
    assert issue(reading, "R24").cell in ("I3", "J3")
    assert reading.observations == ()


def test_the_half_of_a_table_at_the_right_without_headings_is_told(catalog: Catalog) -> None:
    reading = read_rows(catalog, beside(waste("Huyện Hòa An"), 3, headed=False), "so-nong-nghiep-moi-truong")
    assert rules(reading) == ["W22"]
    assert issue(reading, "W22").cells[0] == "J4"
    assert "W22" not in found(read_rows(catalog, waste("Huyện Hòa An"), "so-nong-nghiep-moi-truong"))


@pytest.mark.parametrize(
    ("heading", "is_read", "expected"),
    [
        ("tui_nilon_kg", True, []),
        ("tui_ni_long_kg", True, []),
        ("tui_nilon_tan", False, ["R09"]),
        ("tui_nilon_gam", False, ["R09"]),
    ],
)
def test_a_heading_of_an_export_in_another_unit_is_refused_and_not_dropped(
    catalog: Catalog, heading: str, is_read: bool, expected: list[str]
) -> None:
    head = ["ma_cua_hang", "ten", "thang", "tui_nilon_cai", heading, "tui_tsh_cai", "tui_giay_cai", "so_hoa_don"]
    store = next(iter(catalog.items_of("stores")))
    line = [store.code, store.name_vi, "06/2025", "5000", "39,3", "120", "40", "900"]
    lines = sheet([head, line], name="")
    reading = read(workbook(lines, container="csv"), catalog, "so-cong-thuong", "pos.csv", RECEIVED)
    assert rules(reading) == expected
    assert ("bag_plastic_kg" in {o.measure for o in reading.observations}) == is_read


@pytest.mark.parametrize(
    ("waste", "found"), [("Chất thải rắn công nghiệp thông thường", []), ("Bùn thải", ["G13"]), ("Xỉ gang", [])]
)
def test_a_kind_of_waste_that_the_form_does_not_have_is_g13_at_its_cell(
    catalog: Catalog, waste: str, found: list[str]
) -> None:
    facilities = list(catalog.items_of("facilities"))[:2]
    rows: list[list[Any]] = [
        ["Biểu số 07/TNMT-CN"],
        ["CHẤT THẢI RẮN CÔNG NGHIỆP, XỈ, CHẤT THẢI NGUY HẠI THEO CƠ SỞ 6 THÁNG ĐẦU NĂM 2025"],
        ["Đơn vị tính: tấn"],
        [
            "STT", "Tên cơ sở", "Mã số thuế", "Loại chất thải", "Tồn đầu kỳ", "Phát sinh trong kỳ", "San lấp", "Làm đường",
            "VLXD", "Hoàn nguyên", "Chuyển giao xử lý", "Tồn cuối kỳ",
        ],
        [1, facilities[0].name_vi, facilities[0].tax_code, "Xỉ lò cao", 5, 9, 2, "-", 3, "-", "-", 9],
        [2, facilities[1].name_vi, facilities[1].tax_code, waste, 5, 9, 2, "-", 3, "-", "-", 9],
    ]  # fmt: skip
    reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong")
    assert rules(reading) == found
    assert [i.cell for i in reading.issues if i.rule == "G13"] == (["D6"] if found else [])


def test_a_column_that_complete_rows_fill_for_the_checks_is_no_wrong_column(catalog: Catalog) -> None:
    """The closing stock of other waste gives no value of its own: a blank beside it is only a blank."""
    facilities = list(catalog.items_of("facilities"))[:2]
    waste = "Chất thải rắn công nghiệp thông thường"
    head = ["Tên cơ sở", "Mã số thuế", "Loại chất thải", "Tồn đầu kỳ", "Phát sinh trong kỳ"]
    head += ["San lấp", "Làm đường", "VLXD", "Hoàn nguyên", "Chuyển giao xử lý", "Tồn cuối kỳ"]
    reading = read_rows(
        catalog,
        [
            ["Biểu số 07/TNMT-CN"],
            ["CHẤT THẢI RẮN CÔNG NGHIỆP, XỈ, CHẤT THẢI NGUY HẠI THEO CƠ SỞ 6 THÁNG ĐẦU NĂM 2025"],
            ["Đơn vị tính: tấn"],
            head,
            [facilities[0].name_vi, facilities[0].tax_code, waste, 5, 9, 2, "-", 3, "-", "-", 9],
            [facilities[1].name_vi, facilities[1].tax_code, waste, 5, 9, None, None, None, None, "-", 9],
        ],
        "so-nong-nghiep-moi-truong",
    )
    assert rules(reading) == []


@pytest.mark.timeout(120)
def test_a_name_with_a_gap_of_any_length_is_read_like_another(catalog: Catalog) -> None:
    assert without_unit(catalog, f"1. Xi măng{' ' * 500_000}(tấn) *") == "Xi măng"
