"""Cells become observations exactly as the form says; whatever is not plain becomes an issue at its cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from reading_kit import RECEIVED, f01, issue, read_rows, rules, sheet, values, workbook

from xanh.catalog import Catalog
from xanh.language.periods import file_name_mentions, period
from xanh.model import Cell, Merge, Reading, Sheet
from xanh.reading.harmonise import agrees, read

STEEL = ("Phôi thép", "Tấn", 230000, 19685, 18184, 90990)
ESTIMATE = ("prod_steel_billet_t", "2024-06-01", "period")


def steel(catalog: Catalog, estimate: Any, unit: Any = "Tấn", *more: tuple[Any, ...]) -> Reading:
    return read_rows(catalog, f01(("Phôi thép", unit, 230000, 19685, estimate, 90990), *more), "so-cong-thuong")


@pytest.mark.parametrize(
    ("written", "value", "status"),
    [
        (18184, Decimal(18184), "E"),
        ("-", Decimal(0), "E"),
        ("–", Decimal(0), "E"),
        (0, Decimal(0), "E"),
        ("…", None, "M"),
        ("...", None, "M"),
        (None, None, "M"),
        ("1.234,5", Decimal("1234.5"), "E"),
        ("12,5(*)", Decimal("12.5"), "E"),
    ],
)
def test_marks_and_numbers_of_a_cell(catalog: Catalog, written: Any, value: Decimal | None, status: str) -> None:
    reading = steel(catalog, written)
    found = next(
        o
        for o in reading.observations
        if o.measure == "prod_steel_billet_t" and o.period.code == "2024-06" and o.flow == "period"
    )
    assert (found.value, found.obs_status) == (value, status)
    assert rules(reading) == []
    assert found.source_cell == "F10"


@pytest.mark.parametrize("written", ["khoảng 30", "trên 4420", "gần 337", "đạt"])
def test_words_in_a_number_cell_are_a_warning_and_missing(catalog: Catalog, written: str) -> None:
    reading = steel(catalog, written)
    assert rules(reading) == ["G11"]
    assert (issue(reading, "G11").cell, issue(reading, "G11").value) == ("F10", written)
    assert values(reading)[ESTIMATE] is None


def test_a_percentage_where_the_form_wants_an_amount_is_no_number(catalog: Catalog) -> None:
    reading = read_rows(catalog, f01(("Phôi thép", "Tấn", 230000, 19685, "15%", 90990)), "so-cong-thuong")
    assert rules(reading) == ["G11"]
    assert [(o.value, o.obs_status) for o in reading.observations if o.source_value == "15%"] == [(None, "M")]


@pytest.mark.parametrize(
    ("received_on", "expected"),
    [(date(2026, 7, 4), []), (date(2026, 4, 17), []), (date(2026, 4, 16), ["W23"]), (date(2025, 7, 4), ["W23"])],
)
def test_a_period_that_has_long_not_begun_is_asked_about(
    catalog: Catalog, received_on: date, expected: list[str]
) -> None:
    """June 2026: at the end of it, 45 days before it, a day earlier, and a year earlier, as after a slip of the year."""
    rows = f01(("Phôi thép", "Tấn", 230000, 19685, 18184, 90990), year=2026)
    assert rules(read(workbook(sheet(rows)), catalog, "so-cong-thuong", "bieu.xlsx", received_on)) == expected


def test_a_number_with_two_readings_is_refused_with_its_cell(catalog: Catalog) -> None:
    reading = steel(catalog, "18.184")
    assert rules(reading) == ["R12"]
    assert issue(reading, "R12").cell == "F10"


def test_other_cells_of_the_column_decide_the_decimal_sign(catalog: Catalog) -> None:
    reading = steel(catalog, "18.184", "Tấn", ("Gang", '"', 1, 2, "17.191,5", 3))
    assert values(reading)[ESTIMATE] == 18184


@pytest.mark.parametrize(("kind", "rule", "severity"), [("error", "W12", "warning"), ("uncached", "R13", "critical")])
def test_errors_and_formulas_without_result_are_never_blanks(
    catalog: Catalog, kind: Any, rule: str, severity: str
) -> None:
    reading = steel(catalog, Cell(10, 6, kind, "#REF!"))
    assert [(i.rule, i.severity) for i in reading.issues if i.severity != "info"] == [(rule, severity)]


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("Tấn", 18184),
        ("kg", Decimal("18.184")),
        ("nghìn tấn", 18184000),
        ("1000 tấn", 18184000),
        ("TẠ", Decimal("1818.4")),
    ],
)
def test_the_unit_that_is_written_counts(catalog: Catalog, unit: str, value: Decimal) -> None:
    reading = steel(catalog, 18184, unit)
    assert values(reading)[ESTIMATE] == value
    assert next(o for o in reading.observations).source_unit == unit


@pytest.mark.parametrize(("unit", "rule"), [("m3", "R11"), ("tạ tấn", "R10"), ("triệu đồng", "R11")])
def test_a_unit_of_another_kind_is_refused(catalog: Catalog, unit: str, rule: str) -> None:
    reading = steel(catalog, 18184, unit)
    assert rules(reading) == [rule]
    assert issue(reading, rule).cell == "C10"


def test_a_ditto_mark_repeats_the_unit_above_and_is_noted(catalog: Catalog) -> None:
    reading = steel(catalog, 1, "kg", ("Gang", '"', 1000, 1000, 1000, 1000))
    assert values(reading)[("prod_pig_iron_t", "2024-06-01", "period")] == 1
    assert "I01" in rules(reading, "info")


def test_a_ditto_mark_without_a_unit_above_is_refused(catalog: Catalog) -> None:
    assert rules(steel(catalog, 1, '"')) == ["R10"]


def test_a_unit_in_the_cell_comes_first(catalog: Catalog) -> None:
    assert values(steel(catalog, "500 kg"))[ESTIMATE] == Decimal("0.5")


def test_a_unit_that_is_nowhere_is_taken_from_the_form_with_a_warning(catalog: Catalog) -> None:
    reading = steel(catalog, 18184, None)
    assert rules(reading) == ["W10"]
    assert values(reading)[ESTIMATE] == 18184


def test_parts_sections_and_totals_are_never_loaded(catalog: Catalog) -> None:
    rows = f01(STEEL)
    rows += [
        ["-", "   Trong đó: Phôi vuông", '"', 1, 2, 3, 4],
        [None, "             Phôi dẹt", '"', 1, 2, 3, 4],
        ["II", "CÔNG NGHIỆP CHẾ BIẾN"],
        [None, "Tổng cộng", None, 1, 2, 3, 4],
    ]
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading) == []
    assert {o.source_label for o in reading.observations} == {"Phôi thép"}
    assert [row["row_kind"] for row in reading.tables[0].rows] == ["item", "total"]


def test_an_unlisted_row_is_a_warning_and_the_others_are_loaded(catalog: Catalog) -> None:
    reading = steel(catalog, 1, "Tấn", ("Thép cuộn", '"', 1, 2, 3, 4))
    assert rules(reading) == ["G13"]
    assert issue(reading, "G13").cell == "B11"
    assert len(reading.observations) == 4


def test_a_declared_alias_is_understood_and_noted(catalog: Catalog) -> None:
    reading = read_rows(catalog, f01(("Quặng măng gan", "Tấn", 1, 2, 3, 4)), "so-cong-thuong")
    assert reading.observations[0].item_name == "Quặng mangan"
    assert reading.observations[0].source_label == "Quặng măng gan"
    assert "I03" in rules(reading, "info")


def test_the_same_row_twice_is_refused_at_the_second(catalog: Catalog) -> None:
    reading = steel(catalog, 1, "Tấn", ("Phôi thép", '"', 1, 2, 3, 4))
    assert rules(reading) == ["G06"]
    assert issue(reading, "G06").cell == "B11"


IRON: list[Any] = [2, "Gang", "Tấn", 1, 2, 3, 4]


def test_rows_of_the_form_below_a_remark_are_read_and_asked_about(catalog: Catalog) -> None:
    reading = read_rows(catalog, [*f01(STEEL), ["Ghi chú: số ước"], IRON, ["Ghi chú: hết"]], "so-cong-thuong")
    assert rules(reading) == ["W35"]
    assert issue(reading, "W35").cell == "A11"
    assert {each.item_name for each in reading.observations} == {"Phôi thép", "Gang"}


@pytest.mark.parametrize(
    "below",
    [
        [["Ghi chú: số ước"], [2, "Thép các loại", "Tấn", 1, 2, 3, 4]],
        [["Ghi chú: điều chỉnh"], [2, "Phôi thép", "Tấn", 1, 2, 3, 4]],
        [["NGƯỜI LẬP BIỂU"], IRON],
        [["Ghi chú: số ước"], ["NGƯỜI LẬP BIỂU"], IRON],
    ],
)
def test_numbers_below_the_end_of_the_table_are_refused(catalog: Catalog, below: list[list[Any]]) -> None:
    assert rules(read_rows(catalog, [*f01(STEEL), *below], "so-cong-thuong")) == ["R16"]


@pytest.mark.parametrize(
    ("below", "found"),
    [
        ([None, "Gang", "Tấn", "1.200", "90", "85", "300"], ["R16"]),
        ([None, None, "Gang", "Tấn", "1.200", "90", "85", "300"], ["R16"]),
        ([None, None, None, None, "90"], []),
        ([None, None, None, "Người liên hệ: 12", "90"], []),
    ],
)
def test_a_second_table_below_the_signature_is_refused_also_in_text_and_in_other_columns(
    catalog: Catalog, below: list[Any], found: list[str]
) -> None:
    rows = [*f01(STEEL), ["NGƯỜI LẬP BIỂU", None, "GIÁM ĐỐC"], below]
    assert rules(read_rows(catalog, rows, "so-cong-thuong")) == found


def test_answers_count_as_values_below_a_remark_and_below_the_signature(catalog: Catalog) -> None:
    head = [["Biểu số 04/SCT-TM"], ["SIÊU THỊ, CHỢ VÀ BAO BÌ QUÝ II NĂM 2024"]]
    columns = ["Tên siêu thị, TTTM, chợ", "Loại", "Xã/phường", "Tình trạng", "Sử dụng bao bì thân thiện"]
    store = ["Siêu thị Minh Cát", "ST", "P. Hợp Giang", "Hoạt động", "Có", 4]
    market = ["Chợ Xanh trung tâm", "Chợ", "P. Hợp Giang", "Hoạt động", "Không", None]
    table = [*head, [*columns, "Sản phẩm nhãn sinh thái"], store]
    noted = read_rows(catalog, [*table, ["Nguồn: các cửa hàng"], market], "so-cong-thuong")
    assert rules(noted) == ["W35"]
    assert "market_total_n" in {each.measure for each in noted.observations}
    assert rules(read_rows(catalog, [*table, ["GIÁM ĐỐC"], market], "so-cong-thuong")) == ["R16"]


def test_the_signature_ends_the_table(catalog: Catalog) -> None:
    rows = [
        *f01(STEEL),
        [],
        ["NGƯỜI LẬP BIỂU", None, None, None, None, "GIÁM ĐỐC"],
        ["(Ký)", None, None, None, None, "(Ký, đóng dấu)"],
    ]
    assert rules(read_rows(catalog, rows, "so-cong-thuong")) == []


def test_a_form_without_values_is_empty(catalog: Catalog) -> None:
    reading = read_rows(catalog, f01(("Phôi thép", "Tấn"), ("Gang", '"')), "so-cong-thuong")
    assert rules(reading) == ["G03"]


def test_rows_that_the_form_only_prints_do_not_fill_it(catalog: Catalog) -> None:
    water = ("Nước máy thương phẩm", "m3", 1, 2, 3, 4)
    assert rules(read_rows(catalog, f01(("Phôi thép", "Tấn"), water), "so-cong-thuong")) == ["G03"]
    assert "G03" not in rules(read_rows(catalog, f01(("Sản phẩm lạ", "Tấn", 1, 2, 3, 4)), "so-cong-thuong"))


def test_a_row_of_column_numbers_with_an_emptied_one_is_no_data(catalog: Catalog) -> None:
    rows = waste("Xã Bảo Lâm")
    rows.insert(3, ["A", "1", "2", None, "4", "5", "6"])
    assert rules(read_rows(catalog, rows, "so-nong-nghiep-moi-truong")) == []


def test_a_label_over_several_merged_rows_belongs_to_each(catalog: Catalog) -> None:
    rows = [
        ["Biểu số 07/TNMT-CN"],
        ["CHẤT THẢI RẮN CÔNG NGHIỆP, XỈ, CHẤT THẢI NGUY HẠI THEO CƠ SỞ 6 THÁNG CUỐI NĂM 2025"],
        ["Đơn vị tính: tấn"],
        [
            "Tên cơ sở",
            "Mã số thuế",
            "Loại chất thải",
            "Tồn đầu kỳ",
            "Phát sinh trong kỳ",
            "San lấp",
            "Làm đường",
            "VLXD",
            "Hoàn nguyên",
            "Chuyển giao xử lý",
            "Tồn cuối kỳ",
        ],
        ["Công ty CP Gang thép Sông Mây", "4899100017", "Xỉ lò cao, xỉ thép", 1, 2, 3, "-", 0.5, 1, "-", 4],
        [None, None, "Chất thải nguy hại", 1, 2, "-", "-", "-", "-", 5, 4],
    ]
    reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong", merges=[Merge(5, 1, 6, 1), Merge(5, 2, 6, 2)])
    assert rules(reading) == []
    assert values(reading)[("hw_treated_t", "2025-07-01", "period")] == 5
    reuse = next(o for o in reading.observations if o.measure == "slag_reuse_t")
    assert (reuse.value, reuse.source_cell, reuse.source_value) == (Decimal("4.5"), "F5+G5+H5+I5", "3+-+0.5+1")
    assert reuse.item_name == "Công ty CP Gang thép Sông Mây | Xỉ lò cao, xỉ thép"


def waste(*areas: str, quarter: str = "QUÝ III NĂM 2025") -> list[list[Any]]:
    head = [
        "Đơn vị hành chính",
        "Dân số đô thị",
        "Dân số nông thôn",
        "Phát sinh đô thị (tấn/ngày)",
        "Phát sinh nông thôn (tấn/ngày)",
        "Thu gom đô thị (tấn/ngày)",
        "Thu gom nông thôn (tấn/ngày)",
    ]
    return [
        ["Biểu số 06/TNMT-CTR"],
        [f"CHẤT THẢI RẮN SINH HOẠT THEO ĐỊA BÀN {quarter}"],
        head,
        *([area, 1, 2, 3, 4, 2, 3] for area in areas),
    ]


def test_a_rate_is_multiplied_by_the_days_of_the_period(catalog: Catalog) -> None:
    reading = read_rows(catalog, waste("Xã Bảo Lâm"), "so-nong-nghiep-moi-truong")
    assert rules(reading) == []
    assert values(reading)[("msw_gen_urban_t", "2025-07-01", "period")] == 276
    assert reading.observations[0].area == "C:01290"


@pytest.mark.parametrize(
    ("name", "quarter", "rule"),
    [
        ("Huyện Bảo Lâm", "QUÝ III NĂM 2025", "G08"),
        ("Xã Bản Phường Mới", "QUÝ III NĂM 2025", "G07"),
        ("Xã Bảo Lâm", "QUÝ I NĂM 2025", "G07"),
    ],
)
def test_places_are_resolved_with_the_period(catalog: Catalog, name: str, quarter: str, rule: str) -> None:
    reading = read_rows(catalog, waste(name, quarter=quarter), "so-nong-nghiep-moi-truong")
    assert [r for r in rules(reading) if r != "G03"] == [rule]
    assert issue(reading, rule).cell == "A4"


def outreach(unit: str, half: str = "6 THÁNG ĐẦU NĂM 2026", result: Any = 4) -> list[list[Any]]:
    return [
        ["ỦY BAN NHÂN DÂN TỈNH CAO BẰNG"],
        [f"ỦY BAN NHÂN DÂN {unit}"],
        ["Biểu số 08/UBND"],
        [f"KẾT QUẢ TUYÊN TRUYỀN, TẬP HUẤN VỀ SẢN XUẤT VÀ TIÊU DÙNG BỀN VỮNG {half}"],
        ["TT", "Nội dung", "ĐVT", "Kế hoạch năm", "Kết quả kỳ báo cáo", "Lũy kế từ đầu năm"],
        ["I", "Công tác tuyên truyền"],
        [1, "Số hội nghị, buổi tuyên truyền", "cuộc", 9, result, 4],
        ["IV", "Ban hành danh mục nhiệm vụ"],
        [1, "Văn bản ban hành danh mục nhiệm vụ (số, ngày)", "văn bản", None, "35/KH-UBND ngày 3/1/2026"],
    ]


def test_the_heading_gives_the_area_and_the_folder_must_agree(catalog: Catalog) -> None:
    reading = read_rows(catalog, outreach("XÃ HÒA AN"), "ubnd/xa-hoa-an")
    assert rules(reading) == []
    assert reading.area == "C:01654"
    assert values(reading)[("unit_tasklist_flag", "2026-01-01", "stock")] == 1
    other = read_rows(catalog, outreach("XÃ HÒA AN"), "ubnd/xa-ha-quang")
    assert [(i.rule, i.family) for i in other.issues if i.severity == "critical"] == [("P02", "not_permitted")]


@pytest.mark.parametrize("written", ["1.072", "1,072"])
def test_people_and_events_are_whole_so_a_sign_before_three_digits_parts_thousands(
    catalog: Catalog, written: str
) -> None:
    reading = read_rows(catalog, outreach("XÃ HÒA AN", result=written), "ubnd/xa-hoa-an")
    assert values(reading)[("outreach_event_n", "2026-01-01", "period")] == 1072
    assert "R12" not in rules(reading)


def test_thousands_of_events_need_not_be_whole(catalog: Catalog) -> None:
    rows = outreach("XÃ HÒA AN", result="1.072")
    rows[6][2] = "nghìn cuộc"
    assert "R12" in rules(read_rows(catalog, rows, "ubnd/xa-hoa-an"))


def test_a_column_of_the_file_that_says_the_opposite_leaves_whole_things_undecided(catalog: Catalog) -> None:
    rows = outreach("XÃ HÒA AN", result="1.072")
    rows[6][3] = "7.5"
    assert "R12" in rules(read_rows(catalog, rows, "ubnd/xa-hoa-an"))


@pytest.mark.parametrize(("text", "flag"), [("Chưa ban hành", 0), (None, 0), ("12/KH-UBND", 1)])
def test_a_document_number_is_a_flag(catalog: Catalog, text: str | None, flag: int) -> None:
    rows = outreach("XÃ HÒA AN")
    rows[8][4] = text
    assert values(read_rows(catalog, rows, "ubnd/xa-hoa-an"))[("unit_tasklist_flag", "2026-01-01", "stock")] == flag


def test_the_year_to_date_of_a_new_commune_starts_with_the_commune(catalog: Catalog) -> None:
    reading = read_rows(catalog, outreach("XÃ HÒA AN", "6 THÁNG CUỐI NĂM 2025"), "ubnd/xa-hoa-an")
    assert values(reading)[("outreach_event_n", "2025-07-01", "ytd")] == 4


def test_a_department_may_not_report_a_foreign_form(catalog: Catalog) -> None:
    reading = read_rows(catalog, f01(STEEL), "dien-luc")
    assert [i.family for i in reading.issues if i.severity == "critical"] == ["not_permitted"]


def table(*lines: list[str]) -> Sheet:
    return sheet(lines, "")


POS = ["ma_cua_hang", "ten", "thang", "tui_nilon_cai", "tui_nilon_kg", "tui_tsh_cai", "tui_giay_cai", "so_hoa_don"]


def test_a_long_table_takes_its_period_from_its_rows(catalog: Catalog) -> None:
    lines = table(POS, ["ST01", "Siêu thị Hoa Ban Trắng", "06/2025", "10198", "67,2", "10980", "4705", "9"])
    reading = read(workbook(lines, container="csv"), catalog, "so-cong-thuong", "pos.csv", RECEIVED)
    assert reading.period == period("2025-06")
    assert rules(reading) == []
    eco = next(o for o in reading.observations if o.measure == "bag_eco_n")
    assert (eco.value, eco.source_cell, eco.source_value, eco.source_sheet) == (
        Decimal(15685),
        "F2+G2",
        "10980+4705",
        "",
    )
    assert eco.area == "B:040"


def test_rows_of_two_months_in_one_export_are_refused(catalog: Catalog) -> None:
    lines = table(POS, ["ST01", "", "06/2025", "1", "1,5", "1", "1"], ["ST02", "", "07/2025", "1", "1,5", "1", "1"])
    reading = read(workbook(lines, container="csv"), catalog, "so-cong-thuong", "pos.csv", RECEIVED)
    assert rules(reading) == ["R05"]


def test_code_and_name_of_two_items_contradict_each_other(catalog: Catalog) -> None:
    lines = table(POS, ["ST01", "Siêu thị Minh Cát", "06/2025", "1", "1,5", "1", "1"])
    reading = read(workbook(lines, container="csv"), catalog, "so-cong-thuong", "pos.csv", RECEIVED)
    assert rules(reading) == ["R20"]


def test_cells_that_do_not_apply_to_a_kind_give_nothing(catalog: Catalog) -> None:
    head = ["thang", "ma_nha_may", "ten", "loai_nguon", "xa", "cong_suat_MW", "san_luong_kWh", "kWp", "so_ho"]
    lines = table(
        head,
        ["2025-08", "NM01", "Thủy điện Nậm Khuổi 1", "thuy_dien", "Xã Lý Bôn", "24", "9790380.5", "", ""],
        ["2025-08", "", "ĐMT mái nhà hộ gia đình", "dmt_mai_nha_hgd", "Xã Lý Bôn", "", "", "28.1", "5"],
        ["2025-08", "DL040", "Điện lực Thành phố", "dien_thuong_pham", "", "", "20029330", "", ""],
    )
    reading = read(workbook(lines, container="csv"), catalog, "dien-luc", "dien_2025_08.csv", RECEIVED)
    assert rules(reading) == []
    assert [(o.measure, o.item_name, o.area) for o in reading.observations] == [
        ("re_capacity_mw", "Thủy điện Nậm Khuổi 1", "C:01294"),
        ("re_generation_kwh", "Thủy điện Nậm Khuổi 1", "C:01294"),
        ("elec_generation_kwh", "Thủy điện Nậm Khuổi 1", "C:01294"),
        ("pv_hh_kwp", None, "C:01294"),
        ("pv_hh_n", None, "C:01294"),
        ("elec_sold_kwh", "Điện lực Thành phố", None),
    ]


def test_the_number_of_an_amendment_is_read_from_the_heading(catalog: Catalog) -> None:
    rows = f01(STEEL)
    rows[5] = ["(Sửa đổi, bổ sung lần 2)"]
    assert read_rows(catalog, rows, "so-cong-thuong").amendment == 2
    assert read_rows(catalog, f01(STEEL), "so-cong-thuong").amendment is None


@pytest.mark.parametrize(
    ("name", "code", "is_fine"),
    [
        ("T6.2024.xlsx", "2024-06", True),
        ("T7.2024.xlsx", "2024-06", False),
        ("quy II.2024.xlsx", "2024-06", True),
        ("ban sua (1).xlsx", "2024-06", True),
        ("Q3.2025.xlsx", "2024-Q3", False),
    ],
)
def test_the_period_of_the_file_name_must_be_able_to_be_the_title_s(name: str, code: str, is_fine: bool) -> None:
    assert agrees(file_name_mentions(name), period(code)) is is_fine


def test_the_unit_of_the_row_goes_before_that_of_the_group(catalog: Catalog) -> None:
    rows = f01(("Phôi thép", "kg", 230000, 19685, 18184, 90990))
    rows[6][4] = "Thực hiện (nghìn tấn)"
    reading = read_rows(catalog, rows, "so-cong-thuong", merges=[Merge(7, 5, 7, 7)])
    assert values(reading)[ESTIMATE] == Decimal("18.184")


def test_a_number_merged_over_two_columns_is_refused(catalog: Catalog) -> None:
    reading = read_rows(catalog, f01(STEEL), "so-cong-thuong", merges=[Merge(10, 5, 10, 6)])
    assert rules(reading) == ["R17"]
    assert issue(reading, "R17").cell == "E10"


def test_an_unknown_company_is_a_label_and_no_subtotal(catalog: Catalog) -> None:
    head = ["Tên cơ sở", "Mã số thuế", "Loại chất thải", "Tồn đầu kỳ", "Phát sinh trong kỳ", "San lấp", "Làm đường"]
    rows = [
        ["Biểu số 07/TNMT-CN"],
        ["CHẤT THẢI RẮN CÔNG NGHIỆP, XỈ, CHẤT THẢI NGUY HẠI THEO CƠ SỞ 6 THÁNG CUỐI NĂM 2025"],
        ["Đơn vị tính: tấn"],
        [*head, "VLXD", "Hoàn nguyên", "Chuyển giao xử lý", "Tồn cuối kỳ"],
        ["Công ty TNHH Chưa biết", "4899999999", "Chất thải nguy hại", 1, 2, "-", "-", "-", "-", 5, 4],
        ["Cộng các cơ sở", None, None, 1, 2, "-", "-", "-", "-", 5, 4],
    ]
    reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong")
    assert rules(reading) == ["G13"]
    assert issue(reading, "G13").cell == "A5"


def test_an_export_without_its_month_column_says_which_column_is_missing(catalog: Catalog) -> None:
    lines = table([*POS[:2], *POS[3:]], ["ST01", "", "1", "1,5", "1", "1", "1"])
    reading = read(workbook(lines, container="csv"), catalog, "so-cong-thuong", "pos.csv", RECEIVED)
    assert [i.family for i in reading.issues if i.severity == "critical"] == ["missing_column"]


def test_the_total_row_of_an_export_is_no_store(catalog: Catalog) -> None:
    lines = table(POS, ["ST01", "", "06/2025", "1", "1,5", "1", "1"], ["Tổng cộng", "", "", "1", "1,5", "1", "1"])
    reading = read(workbook(lines, container="csv"), catalog, "so-cong-thuong", "pos.csv", RECEIVED)
    assert rules(reading) == []
    assert len(reading.observations) == 3


def test_a_title_that_states_the_administrative_half_year_keeps_its_days(catalog: Catalog) -> None:
    half = "6 THÁNG ĐẦU NĂM 2026 (từ ngày 15/12/2025 đến ngày 14/6/2026)"
    reading = read_rows(catalog, outreach("XÃ HÒA AN", half), "ubnd/xa-hoa-an")
    assert reading.period is not None
    assert (reading.period.basis, reading.period.start.isoformat()) == ("admin_15_14", "2025-12-15")
    assert values(reading)[("outreach_event_n", "2025-12-15", "period")] == 4
