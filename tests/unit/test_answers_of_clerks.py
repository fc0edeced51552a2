"""What clerks write into columns of names, answers and units: counted as a person would count it, or asked about."""

from __future__ import annotations

from typing import Any

import pytest
from reading_kit import issue, read_rows, rules

from xanh.catalog import Catalog

MARKETS = [
    ["Biểu số 04/SCT-TM"],
    ["TÌNH HÌNH SIÊU THỊ, TRUNG TÂM THƯƠNG MẠI, CHỢ VÀ SỬ DỤNG BAO BÌ QUÝ IV NĂM 2025"],
    ["STT", "Tên siêu thị, TTTM, chợ", "Loại (ST/TTTM/Chợ)", "Xã/phường", "Tình trạng", "Sử dụng bao bì thân thiện",
     "Sản phẩm nhãn sinh thái (mặt hàng)"],
    [1, "Siêu thị Hoa Ban Trắng", "ST", "P. Thục Phán", "Hoạt động", "Có", 92],
    [2, "Siêu thị Phố Núi Xanh", "ST", "P. Nùng Trí Cao", "Hoạt động", "Có", 66],
]  # fmt: skip
ZONES = [
    ["Biểu số 09/BQL"],
    ["KHU KINH TẾ, KHU CÔNG NGHIỆP, CỤM CÔNG NGHIỆP, LÀNG NGHỀ ĐƯỢC PHỔ BIẾN 6 THÁNG ĐẦU NĂM 2025"],
    ["STT", "Tên khu, cụm, làng nghề", "Loại", "Địa bàn", "Số DN, cơ sở", "Đã phổ biến (x)", "XLNT tập trung"],
    [1, "Cụm công nghiệp Miền Đông 1", "CCN", "H. Quảng Hòa", 9, "x", "Không"],
    [2, "Cụm công nghiệp Khuổi Nặm", "CCN", "H. Hòa An", 16, "x", "Có"],
]
WASTE = [
    ["Biểu số 07/TNMT-CN"],
    ["CHẤT THẢI RẮN CÔNG NGHIỆP, XỈ, CHẤT THẢI NGUY HẠI THEO CƠ SỞ 6 THÁNG ĐẦU NĂM 2025"],
    ["Đơn vị tính: tấn"],
    ["STT", "Tên cơ sở", "Mã số thuế", "Loại chất thải", "Tồn đầu kỳ", "Phát sinh trong kỳ", "San lấp", "Làm đường",
     "VLXD", "Hoàn nguyên", "Chuyển giao xử lý", "Tồn cuối kỳ"],
    [1, "Công ty CP Gang thép Sông Mây", "4899100017", "Chất thải rắn công nghiệp thông thường",
     10, 1840.2, 0, 0, 0, 0, 0, 1850.2],
]  # fmt: skip


def other(rows: list[list[Any]], line: int, **texts: Any) -> list[list[Any]]:
    """The rows with other texts in one of them, by column number from 0."""
    copy = [list(row) for row in rows]
    for column, text in texts.items():
        copy[line][int(column[1:])] = text
    return copy


def counted(catalog: Catalog, rows: list[list[Any]], department: str) -> dict[tuple[str, str | None], Any]:
    reading = read_rows(catalog, rows, department)
    assert rules(reading) == []
    return {(o.measure, o.item_name): o.value for o in reading.observations}


def test_a_store_stands_once_even_under_another_commune(catalog: Catalog) -> None:
    reading = read_rows(catalog, other(MARKETS, 4, c1="Siêu thị Hoa Ban Trắng"), "so-cong-thuong")
    assert rules(reading, "critical") == ["G06"]
    assert issue(reading, "G06").cell == "B5"


def test_a_zone_stands_once_even_under_another_district(catalog: Catalog) -> None:
    reading = read_rows(catalog, other(ZONES, 4, c1="Cụm công nghiệp Miền Đông 1"), "so-cong-thuong")
    assert [(i.rule, i.cell) for i in reading.issues if i.severity == "critical"] == [("G06", "B5")]


@pytest.mark.parametrize(
    ("state", "packaging", "open_stores", "friendly"),
    [
        ("Hoạt động bình thường", "Đã sử dụng", 1, 1),
        ("Đang hoạt động", "1 phần", 1, 0),
        ("Hoạt động", "Chưa sử dụng", 1, 0),
        ("Tạm dừng hoạt động", "Có", 0, None),
        ("Đóng cửa", "Có", 0, None),
    ],
)
def test_a_store_in_other_usual_words(
    catalog: Catalog, state: str, packaging: str, open_stores: int, friendly: int | None
) -> None:
    found = counted(catalog, other(MARKETS, 3, c4=state, c5=packaging), "so-cong-thuong")
    store = "Siêu thị Hoa Ban Trắng"
    assert (found[("store_total_n", store)], found.get(("store_eco_n", store))) == (open_stores, friendly)


@pytest.mark.parametrize(("tick", "ticked"), [("Đã phổ biến", 1), ("1", 1), ("Chưa", 0), ("chưa phổ biến", 0)])
def test_a_tick_in_words(catalog: Catalog, tick: str, ticked: int) -> None:
    found = counted(catalog, other(ZONES, 3, c5=tick, c2="Cụm CN"), "so-cong-thuong")
    assert found[("zone_aware_n", "Cụm công nghiệp Miền Đông 1")] == ticked
    assert found[("ccn_active_n", "Cụm công nghiệp Miền Đông 1")] == 1


def test_a_unit_above_the_table_that_no_column_can_be_in_is_refused(catalog: Catalog) -> None:
    reading = read_rows(catalog, other(WASTE, 2, c0="Đơn vị tính: m3"), "so-nong-nghiep-moi-truong")
    assert set(rules(reading, "critical")) == {"R11"}
    assert issue(reading, "R11").value == "m3"


def test_a_unit_that_does_not_fit_is_the_only_finding_of_its_rows(catalog: Catalog) -> None:
    rows = other(other(WASTE, 2, c0="Đơn vị tính: m3"), 4, c3="Chất thải nguy hại")
    assert set(rules(read_rows(catalog, rows, "so-nong-nghiep-moi-truong"))) == {"R11"}


def test_an_answer_that_the_form_does_not_know_is_told_with_those_that_it_knows(catalog: Catalog) -> None:
    reading = read_rows(catalog, other(MARKETS, 3, c5="Thỉnh thoảng"), "so-cong-thuong")
    assert rules(reading) == ["W14"]
    assert "ghi theo mẫu: “Có”, " in issue(reading, "W14").message_vi


def test_a_unit_above_the_table_that_fits_is_converted(catalog: Catalog) -> None:
    reading = read_rows(catalog, other(WASTE, 2, c0="Đơn vị tính: kg"), "so-nong-nghiep-moi-truong")
    assert {(o.measure, str(o.value)) for o in reading.observations} >= {("isw_gen_t", "1.8402")}


TITLE = WASTE[1][0]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (2, "(Đơn vị tính: kg)"),
        (2, "(kg)"),
        (2, "ĐVT kg"),
        (2, "Tính bằng: kg"),
        (1, f"{TITLE} (kg)"),
        (1, f"{TITLE} (ĐVT: kg)"),
        (1, f"{TITLE} - ĐVT: kg"),
    ],
)
def test_a_unit_in_brackets_or_behind_a_dash_above_the_table_is_read(catalog: Catalog, line: int, text: str) -> None:
    rows = other(other(WASTE, 2, c0=""), line, c0=text)
    reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong")
    assert {(o.measure, str(o.value)) for o in reading.observations} >= {("isw_gen_t", "1.8402")}


@pytest.mark.parametrize("text", [f"{TITLE} (cơ sở)", f"{TITLE} (%)", f"{TITLE} (T)"])
def test_things_shares_and_letters_in_a_title_are_no_unit_of_the_table(catalog: Catalog, text: str) -> None:
    reading = read_rows(catalog, other(other(WASTE, 2, c0=""), 1, c0=text), "so-nong-nghiep-moi-truong")
    assert {(o.measure, str(o.value)) for o in reading.observations} >= {("isw_gen_t", "1840.2")}
    assert set(rules(reading)) == {"W10"}


def test_who_sends_is_no_unit(catalog: Catalog) -> None:
    rows = [["Đơn vị báo cáo: Sở Nông nghiệp và Môi trường"], *other(WASTE, 1, c0=f"{TITLE} (kg)")]
    del rows[3]
    reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong")
    assert {(o.measure, str(o.value)) for o in reading.observations} >= {("isw_gen_t", "1.8402")}


def outreach(result: str, label: str = "Văn bản ban hành danh mục nhiệm vụ (số, ngày)") -> list[list[Any]]:
    return [
        ["ỦY BAN NHÂN DÂN TỈNH CAO BẰNG"],
        ["ỦY BAN NHÂN DÂN HUYỆN HÒA AN"],
        ["Biểu số 08/UBND"],
        ["KẾT QUẢ TUYÊN TRUYỀN, TẬP HUẤN VỀ SẢN XUẤT VÀ TIÊU DÙNG BỀN VỮNG 6 THÁNG ĐẦU NĂM 2025"],
        ["TT", "Nội dung", "ĐVT", "Kế hoạch năm", "Kết quả kỳ báo cáo", "Lũy kế từ đầu năm"],
        [1, "Số lớp tập huấn", "lớp", 5, 2, 2],
        [2, label, "", "", result, ""],
    ]


@pytest.mark.parametrize(
    "words", ["Dự kiến ban hành tháng 8/2025", "Đang trình ký (tháng 7/2025)", "Sẽ ban hành 8/2025"]
)
def test_a_document_that_is_only_intended_is_asked_about(catalog: Catalog, words: str) -> None:
    reading = read_rows(catalog, outreach(words), "ubnd/huyen-hoa-an")
    assert rules(reading) == ["W32"]
    assert [o.value for o in reading.observations if o.measure == "unit_tasklist_flag"] == [None]


def test_a_blank_where_a_document_would_be_named_is_a_no_and_nothing_to_ask_about(catalog: Catalog) -> None:
    rows = outreach("")
    others = [
        "Số hội nghị, buổi tuyên truyền",
        "Số lượt người tham dự",
        "Số tin, bài, chuyên mục đã đăng, phát",
        "Số người được tập huấn",
        "Số cuộc thi, hội thi",
    ]
    rows[-1:-1] = [[number, label, "", 5, 2, 2] for number, label in enumerate(others, start=2)]
    reading = read_rows(catalog, rows, "ubnd/huyen-hoa-an")
    assert "W30" not in rules(reading)
    assert [o.value for o in reading.observations if o.measure == "unit_tasklist_flag"] == [0]
    rows[-2][4] = ""
    assert issue(read_rows(catalog, rows, "ubnd/huyen-hoa-an"), "W30").cell == "E11"


def test_a_row_under_another_name_is_told_with_the_name_that_it_may_be(catalog: Catalog) -> None:
    rows = outreach("15/KH-UBND", "Văn bản ban hành các danh mục nhiệm vụ (số)")
    reading = read_rows(catalog, rows, "ubnd/huyen-hoa-an")
    assert "Có thể là: Văn bản ban hành danh mục nhiệm vụ" in issue(reading, "G13").message_vi


@pytest.mark.parametrize(
    "name", ["P. Thục Phán - tỉnh Cao Bằng", "Phường Thục Phán, tỉnh Cao Bằng", "P. Thục Phán – Cao Bằng"]
)
def test_the_province_behind_a_commune_is_read_over(catalog: Catalog, name: str) -> None:
    found = counted(catalog, other(MARKETS, 3, c3=name), "so-cong-thuong")
    assert found == counted(catalog, MARKETS, "so-cong-thuong")


FACILITIES = [
    ("Công ty CP Gang thép Sông Mây", "4899100017", "P. Tân Giang", "Quặng sắt", 76525.3),
    ("Công ty TNHH Luyện kim Đồng Chanh", "4899100024", "X. Hòa An", "Quặng sắt", 14898.5),
    ("Công ty CP Ferro Khuổi Luông", "4899100031", "X. Trùng Khánh", "Quặng mangan", 3867.5),
]
USE = ["Điện (nghìn kWh)", "Than cốc (tấn)", "Than cám (tấn)", "Dầu DO (lít)", "Dầu FO (lít)", "Xăng (lít)", "LPG (kg)"]


def materials(unit: str, factor: int) -> list[list[Any]]:
    heads = ["Tên cơ sở", "Mã số thuế", "Địa bàn (xã/huyện)", "ĐVT sản phẩm", "Sản lượng trong quý", *USE, "Củi, sinh khối (tấn)",
             "Tên nguyên liệu chính", "ĐVT nguyên liệu", "Khối lượng nguyên liệu", "Nước (m3)", "Nguyên liệu tái chế (tấn)"]  # fmt: skip
    body = [
        [name, tax, at, "tấn", 10, 1, 0, 0, 0, 0, 0, 0, 0, ore, unit, round(amount * factor, 1), 5, 0]
        for name, tax, at, ore, amount in FACILITIES
    ]
    return [["Biểu số 02/SCT-NL"], ["TIÊU HAO NGUYÊN, NHIÊN, VẬT LIỆU THEO CƠ SỞ QUÝ IV NĂM 2025"], heads, *body]


def test_a_unit_that_changed_in_every_row_without_its_numbers_is_asked_about(catalog: Catalog) -> None:
    reading = read_rows(catalog, materials("kg", 1), "so-cong-thuong")
    assert rules(reading) == ["W21"]
    assert issue(reading, "W21").cell == "P4"
    assert rules(read_rows(catalog, materials("kg", 1000), "so-cong-thuong")) == []
    assert rules(read_rows(catalog, materials("tấn", 1), "so-cong-thuong")) == []


HOUSEHOLD_WASTE = [
    ["Biểu số 06/TNMT-CTR"],
    ["CHẤT THẢI RẮN SINH HOẠT THEO ĐỊA BÀN QUÝ I NĂM 2025"],
    ["STT", "Đơn vị hành chính", "Dân số đô thị (người)", "Dân số nông thôn (người)", "Phát sinh đô thị (tấn/ngày)",
     "Phát sinh nông thôn (tấn/ngày)", "Thu gom đô thị (tấn/ngày)", "Thu gom nông thôn (tấn/ngày)"],
    [1, "Huyện Hòa An", 6653, 46834, 5.07, 20.57, 4.79, 11.86],
]  # fmt: skip


@pytest.mark.parametrize("written", ["5,07 tấn", "5,07 tấn/ngày", "50,7 tạ", "5070 kg", "5070 kg/ngày"])
def test_a_unit_in_a_cell_under_an_amount_a_day_is_one_a_day(catalog: Catalog, written: str) -> None:
    department = "so-nong-nghiep-moi-truong"
    found = counted(catalog, other(HOUSEHOLD_WASTE, 3, c4=written), department)
    assert found == counted(catalog, HOUSEHOLD_WASTE, department)


def test_a_unit_in_a_cell_under_an_amount_of_the_quarter_is_one_of_the_quarter(catalog: Catalog) -> None:
    rows = other(other(HOUSEHOLD_WASTE, 3, c4="456,3 tấn"), 2, c4="Phát sinh đô thị (tấn)")
    department = "so-nong-nghiep-moi-truong"
    assert counted(catalog, rows, department) == counted(catalog, HOUSEHOLD_WASTE, department)
