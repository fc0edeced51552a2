"""Tables are found by the words of their headings, wherever they stand; what is not understood is said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from reading_kit import RECEIVED, cell, f01, issue, read_rows, rules, sheet, values, workbook

from xanh.catalog import Catalog
from xanh.language.periods import period
from xanh.model import Merge
from xanh.reading.harmonise import read
from xanh.reading.phrases import Mention, bare, mentions, relation
from xanh.reading.rows import is_code_row

STEEL = ("Phôi thép", "Tấn", 230000, 19685, 18184, 90990)
IRON = ("Gang", '"', 240000, 17522, 17191, 84556)
ESTIMATE = ("prod_steel_billet_t", "2024-06-01", "period")


def test_a_clean_form_gives_each_value_with_its_period_and_status(catalog: Catalog) -> None:
    reading = read_rows(catalog, f01(STEEL, IRON), "so-cong-thuong", "T6.2024.xlsx")
    assert reading.form == "F01"
    assert reading.layout == "2021"
    assert rules(reading) == []
    found = {
        (o.measure, o.flow, o.obs_status, o.period.start.isoformat(), o.period.end.isoformat(), str(o.value))
        for o in reading.observations
    }
    assert ("prod_steel_billet_t", "period", "A", "2024-05-01", "2024-05-31", "19685") in found
    assert ("prod_steel_billet_t", "period", "E", "2024-06-01", "2024-06-30", "18184") in found
    assert ("prod_steel_billet_t", "ytd", "E", "2024-01-01", "2024-06-30", "90990") in found
    assert ("prod_steel_billet_t", "plan", "A", "2024-01-01", "2024-12-31", "230000") in found
    assert len(found) == 8


@pytest.mark.parametrize(("down", "right"), [(0, 0), (3, 0), (0, 2), (7, 5)])
def test_the_table_may_start_anywhere(catalog: Catalog, down: int, right: int) -> None:
    reading = read_rows(catalog, f01(STEEL), "so-cong-thuong", top=1 + down, left=1 + right)
    assert rules(reading) == []
    assert len(reading.observations) == 4


def test_moved_columns_are_found_by_their_headings(catalog: Catalog) -> None:
    rows = [
        [row[i] if i < len(row) else None for i in (2, 6, 0, 5, 1, 4, 3)] if number > 5 else row
        for number, row in enumerate(f01(STEEL))
    ]
    rows[6][5] = rows[6][3] = rows[6][1] = "Thực hiện"
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading) == []
    assert values(reading)[ESTIMATE] == 18184


def test_an_added_column_is_left_alone(catalog: Catalog) -> None:
    rows = [
        [*row[:2], "Ghi chú" if number == 6 else "x" if number > 8 else None, *row[2:]] if number > 5 else row
        for number, row in enumerate(f01(STEEL))
    ]
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading) == []
    assert values(reading)[ESTIMATE] == 18184


@pytest.mark.parametrize(
    "heading",
    [
        "Ước tháng 6",
        "Ước TH tháng 6/2024",
        "Ước thực hiện tháng 6 năm 2024",
        "Ước tính T6/2024",
        "ƯỚC THÁNG BÁO CÁO",
        "Ước tháng 06-2024",
    ],
)
def test_listed_wordings_of_a_heading_mean_the_same(catalog: Catalog, heading: str) -> None:
    rows = f01(STEEL)
    rows[7][5] = heading
    assert values(read_rows(catalog, rows, "so-cong-thuong"))[ESTIMATE] == 18184


@pytest.mark.parametrize("heading", ["Ước tháng 5/2024", "Ước tháng 6/2023"])
def test_a_heading_of_another_month_is_critical_and_not_read(catalog: Catalog, heading: str) -> None:
    rows = f01(STEEL)
    rows[7][5] = heading
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading) == ["R02"]
    assert issue(reading, "R02").cell == "F8"
    assert reading.observations == ()


def test_a_missing_mandatory_column_is_named(catalog: Catalog) -> None:
    rows = [row[:5] + row[6:] if number > 5 else row for number, row in enumerate(f01(STEEL))]
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading) == ["G02"]
    assert issue(reading, "G02").family == "missing_column"
    assert "ước" in issue(reading, "G02").message_vi


def test_two_columns_of_one_meaning_are_never_guessed(catalog: Catalog) -> None:
    rows = f01((*STEEL, 18000))
    rows[7].append("Ước tháng 6/2024 (điều chỉnh)")
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading) == ["R01"]
    assert reading.observations == ()


def test_january_has_no_year_to_date_and_december_before_it(catalog: Catalog) -> None:
    reading = read_rows(catalog, f01(STEEL[:5], month=1, year=2025), "so-cong-thuong")
    assert rules(reading) == []
    assert ("prod_steel_billet_t", "2024-12-01", "period") in values(reading)
    assert not [o for o in reading.observations if o.flow == "ytd"]


def test_a_header_without_its_code_row_or_merged_cells_is_read(catalog: Catalog) -> None:
    assert len(read_rows(catalog, f01(STEEL, code_row=False), "so-cong-thuong").observations) == 4


def test_groups_reach_over_the_columns_that_they_are_merged_over(catalog: Catalog) -> None:
    header = [
        ["Biểu số 06/TNMT-CTR"],
        ["CHẤT THẢI RẮN SINH HOẠT THEO ĐỊA BÀN QUÝ I NĂM 2025"],
        [],
        ["Đơn vị hành chính", "Dân số (người)", None, "Phát sinh (tấn/ngày)", None, "Thu gom (tấn/ngày)", None],
        [None, "Đô thị", "Nông thôn", "Đô thị", "Nông thôn", "Đô thị", "Nông thôn"],
    ]
    rows = [*header, ["Huyện Bảo Lâm", 5559, 41491, 4.34, 18.01, 3.92, 10.04]]
    merges = [Merge(4, 2, 4, 3), Merge(4, 4, 4, 5), Merge(4, 6, 4, 7)]
    for merged in (merges, ()):
        reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong", merges=merged)
        assert values(reading)[("msw_col_rural_t", "2025-01-01", "period")] == Decimal("903.6")


@pytest.mark.parametrize(("unit", "tonnes"), [("tấn/ngày", "270"), ("kg/ngày", "0.27")])
@pytest.mark.parametrize("is_merged", [True, False])
def test_a_heading_that_needs_no_group_has_the_unit_of_the_group_above_it(
    catalog: Catalog, unit: str, tonnes: str, is_merged: bool
) -> None:
    groups = ["Dân số (người)", "Phát sinh (tấn/ngày)", "Thu gom (tấn/ngày)", f"Xử lý ({unit})"]
    rows = [
        ["Biểu số 06/TNMT-CTR"],
        ["CHẤT THẢI RẮN SINH HOẠT THEO ĐỊA BÀN QUÝ I NĂM 2025"],
        ["Đơn vị hành chính", *(cell for group in groups for cell in (group, None))],
        [None, *["Đô thị", "Nông thôn"] * 3, "Đạt quy chuẩn", "Chôn lấp"],
        ["Huyện Bảo Lâm", 5559, 41491, 4.34, 18.01, 3.92, 10.04, 9, 3],
    ]
    merges = [Merge(3, left, 3, left + 1) for left in (2, 4, 6, 8)] if is_merged else []
    reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong", merges=merges)
    assert "W10" not in rules(reading)
    assert values(reading)["msw_landfill_t", "2025-01-01", "period"] == Decimal(tonnes)


def test_a_group_is_never_lost_with_the_row_that_holds_it(catalog: Catalog) -> None:
    rows = [
        ["Biểu số 06/TNMT-CTR"],
        ["CHẤT THẢI RẮN SINH HOẠT THEO ĐỊA BÀN QUÝ I NĂM 2025"],
        [],
        [None, None, None, "Chất thải y tế", None, None, None],
        [
            "Đơn vị hành chính",
            "Dân số đô thị",
            "Dân số nông thôn",
            "Phát sinh đô thị",
            "Phát sinh nông thôn",
            "Thu gom đô thị",
            "Thu gom nông thôn",
        ],
        ["Huyện Bảo Lâm", 5559, 41491, 4.34, 18.01, 3.92, 10.04],
    ]
    reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong", merges=[Merge(4, 4, 4, 7)])
    assert "G02" in rules(reading)
    assert reading.observations == ()


def test_last_years_copy_is_skipped_with_its_reason(catalog: Catalog) -> None:
    now, before = sheet(f01(STEEL), "Bieu 01"), sheet(f01(STEEL, year=2023), "Sheet2")
    reading = read(workbook(before, now), catalog, "so-cong-thuong", "bieu 01.xlsx", RECEIVED)
    assert rules(reading) == []
    assert {s.name: s.form for s in reading.sheets} == {"Sheet2": None, "Bieu 01": "F01"}
    assert "2023-06" in reading.sheets[0].why


def test_two_sheets_of_one_period_with_other_numbers_are_refused(catalog: Catalog) -> None:
    one = sheet(f01(STEEL), "a")
    other = sheet(f01(("Phôi thép", "Tấn", 1, 2, 3, 4)), "b")
    reading = read(workbook(one, other), catalog, "so-cong-thuong", "bieu 01.xlsx", RECEIVED)
    assert rules(reading) == ["R08"]
    assert reading.observations == ()


def test_hidden_things_are_never_read_silently(catalog: Catalog) -> None:
    hidden = read_rows(catalog, f01(STEEL, IRON), "so-cong-thuong", hidden_rows=[11], hidden_columns=[6])
    assert rules(hidden, "info").count("I05") == 1
    assert rules(hidden, "info").count("I06") == 1
    twin = sheet(f01(("Phôi thép", "Tấn", 1, 2, 3, 4)), "an", is_visible=False)
    reading = read(workbook(sheet(f01(STEEL)), twin), catalog, "so-cong-thuong", "bieu.xlsx", RECEIVED)
    assert values(reading)[ESTIMATE] == 18184
    assert "I07" in rules(reading, "info")


def test_a_sheet_that_is_no_form_says_why(catalog: Catalog) -> None:
    reading = read_rows(catalog, [["Danh sách cán bộ"], ["Tên", "Tuổi"], ["An", 30]], "so-cong-thuong")
    assert reading.form is None
    assert rules(reading) == ["G00"]
    assert "Danh sách cán bộ" in reading.sheets[0].why


def test_a_form_without_number_and_title_is_read_with_a_warning(catalog: Catalog) -> None:
    rows = f01((*STEEL[:5], STEEL[5], 1, 2, 3, 4, 5, 6))
    rows[3] = rows[4] = []
    rows[7] += [
        "Tháng 6/2023",
        "Lũy kế 6 tháng năm 2023",
        "Ước tháng/tháng trước",
        "Ước tháng/cùng kỳ",
        "So sánh lũy kế/kế hoạch",
        "So sánh lũy kế/cùng kỳ",
    ]
    reading = read_rows(catalog, rows, "so-cong-thuong", "bao cao T6.2024.xlsx")
    assert reading.form == "F01"
    assert sorted(rules(reading)) == ["W15", "W16"]


@pytest.mark.parametrize("number", ["Biểu số 05/SCT-TM", "Biểu số 06/TNMT-CTR", "BIỂU SỐ: 2"])
def test_a_wrong_form_number_over_title_and_columns_of_another_form_is_told_and_the_table_is_read(
    catalog: Catalog, number: str
) -> None:
    rows = f01(STEEL)
    at = next(index for index, row in enumerate(rows) if any("01/SCT-CN" in str(value) for value in row))
    assert rules(read_rows(catalog, rows, "so-cong-thuong")) == []
    rows[at] = [number]
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert (reading.form, rules(reading)) == ("F01", ["W33"])
    assert (found := issue(reading, "W33")).cell == f"A{at + 1}"
    assert f"ghi “{number}”" in found.message_vi
    assert "“01/SCT-CN”" in found.message_vi
    assert values(reading) == values(read_rows(catalog, f01(STEEL), "so-cong-thuong"))


@pytest.mark.parametrize("number", ["Biểu 1/SCT", "Mẫu số 01", "Biểu mẫu ban hành năm 2024", "BIỂU SỐ: 1"])
def test_another_spelling_of_the_right_form_number_is_no_wrong_number(catalog: Catalog, number: str) -> None:
    rows = f01(STEEL)
    rows = [[number] if any("01/SCT-CN" in str(value) for value in row) else row for row in rows]
    assert rules(read_rows(catalog, rows, "so-cong-thuong")) == []


def test_the_number_of_another_form_without_title_and_columns_of_that_form_is_said_once(catalog: Catalog) -> None:
    rows = f01(STEEL, title="BÁO CÁO QUÝ II NĂM 2024")
    rows = [["Biểu số 02/SCT-NL"] if any("01/SCT-CN" in str(value) for value in row) else row for row in rows]
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading, "critical") == ["R27"]
    assert "“Biểu số 02/SCT-NL” là số của biểu F02" in issue(reading, "R27").message_vi


def test_a_table_under_a_foreign_heading_is_asked_for_number_title_and_period(catalog: Catalog) -> None:
    rows = [
        ["ỦY BAN NHÂN DÂN XÃ HÒA AN"],
        ["Biểu số 09/BQL"],
        ["BÁO CÁO 6 THÁNG ĐẦU NĂM 2026"],
        ["TT", "Nội dung", "ĐVT", "Kế hoạch năm", "Kết quả kỳ báo cáo", "Lũy kế từ đầu năm"],
        [1, "Số hội nghị, buổi tuyên truyền", "cuộc", 9, 4, 4],
    ]
    reading = read_rows(catalog, rows, "ubnd/xa-hoa-an")
    assert rules(reading) == ["W33", "R26"]
    assert issue(reading, "R26").message_vi.startswith("Đề nghị đơn vị ghi lại số biểu “08/UBND” và tiêu đề theo mẫu")


def test_the_unit_line_between_a_title_of_two_lines_and_the_header_is_that_of_the_table(catalog: Catalog) -> None:
    rows = [
        ["Biểu số 07/TNMT-CN"],
        ["CHẤT THẢI RẮN CÔNG NGHIỆP, XỈ, CHẤT THẢI NGUY HẠI THEO CƠ SỞ"],
        ["6 THÁNG CUỐI NĂM 2024"],
        [*[None] * 12, "Đơn vị tính: kg"],
        [],
        ["STT", "Tên cơ sở", "Mã số thuế", "KCN/CCN/ngoài", "Loại chất thải", "Tồn đầu kỳ", "Phát sinh trong kỳ"]
        + [f"Tái sử dụng, tái chế - {use}" for use in ("San lấp", "Làm đường", "VLXD", "Hoàn nguyên")]
        + ["Chuyển giao xử lý", "Tồn cuối kỳ"],
        [1, "Công ty CP Gang thép Sông Mây", "4899100017", "KCN", "Xỉ lò cao", 0, 7000, 0, 0, 0, 0, 0, 7000],
    ]
    merges = [Merge(3, 1, 3, 13)]
    reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong", merges=merges)
    assert not {"W10", "R10"} & set(rules(reading))
    assert {o.measure: o.value for o in reading.observations}["slag_gen_t"] == 7


def test_two_periods_in_title_and_file_name_are_a_mismatch(catalog: Catalog) -> None:
    reading = read_rows(catalog, f01(STEEL), "so-cong-thuong", "Bieu 01 thang 7.2024.xlsx")
    assert rules(reading) == ["G04"]
    found = issue(reading, "G04")
    assert found.cell == "A5"
    assert "trong biểu là tháng 6 năm 2024, còn tên tệp ghi tháng 7 năm 2024." in found.message_vi
    assert found.message_en == "The period of the form is 2024-06, the file name states 2024-07."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ước tháng 6/2024", Mention("M", 6, 2024)),
        ("tháng 02 năm năm 2025", Mention("M", 2, 2025)),
        ("Cộng dồn 2 tháng năm 2025", Mention("N", 2, 2025)),
        ("6 tháng cuối năm 2025", Mention("L", 6, 2025)),
        ("quí I năm 2006", Mention("Q", 1, 2006)),
        ("Kế hoạch năm 2024", Mention("Y", 0, 2024)),
    ],
)
def test_headings_state_periods_in_many_ways(text: str, found: Mention) -> None:
    assert [mention for _, _, mention in mentions(bare(text))] == [found]


def test_the_first_quarter_is_the_year_to_date_only_in_march() -> None:
    assert relation(Mention("Q", 1, 2024), period("2024-03")) == "@ytd"
    assert relation(Mention("Q", 1, 2024), period("2024-02")).startswith("@?")


@pytest.mark.parametrize(
    ("texts", "is_code"),
    [
        (["A", "B", "1", "2", "3=2/1"], True),
        (["A", "B", 2, 1, 3], True),
        (["(1)", "(2)", "(3)"], True),
        ([1, "Gang", 2, 3], False),
        ([5, 3, 4], False),
    ],
)
def test_the_row_that_numbers_the_columns_is_never_data(texts: list[object], is_code: bool) -> None:
    assert is_code_row({column: cell(1, column, text) for column, text in enumerate(texts, start=1)}) is is_code


def test_a_second_copy_of_the_table_below_the_signature_is_refused(catalog: Catalog) -> None:
    signature: list[object] = ["NGƯỜI LẬP BIỂU", None, None, None, "GIÁM ĐỐC"]
    copy = f01(("Phôi thép", "Tấn", 1, 2, 3, 4))[6:]
    reading = read_rows(catalog, [*f01(STEEL), [], signature, [], *copy], "so-cong-thuong")
    assert rules(reading) == ["R16"]
    assert values(reading)[ESTIMATE] == 18184


def test_a_cover_sheet_that_lists_forms_is_no_form(catalog: Catalog) -> None:
    cover = sheet([["DANH MỤC BIỂU"], ["Biểu số 01/SCT-CN"], ["Biểu số 06/TNMT-CTR"]], "Bia")
    reading = read(workbook(cover, sheet(f01(STEEL))), catalog, "so-cong-thuong", "bieu.xlsx", RECEIVED)
    assert (reading.form, rules(reading)) == ("F01", [])


def test_a_heading_that_may_be_an_absent_column_is_not_dropped_silently(catalog: Catalog) -> None:
    rows = [
        ["Biểu số 06/TNMT-CTR"],
        ["CHẤT THẢI RẮN SINH HOẠT THEO ĐỊA BÀN QUÝ I NĂM 2025"],
        ["Đơn vị hành chính", "Dân số đô thị", "Dân số nông thôn", "Phát sinh đô thị (tấn/ngày)"],
        ["Huyện Bảo Lâm", 5559, 41491, 4.34, 18.01, 3.92, 10.04, 1.5],
    ]
    rows[2] += ["Phát sinh nông thôn (tấn/ngày)", "Thu gom đô thị (tấn/ngày)", "Thu gom nông thôn (tấn/ngày)"]
    rows[2] += ["Chôn lấp tạm (tấn/ngày)"]
    reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong")
    assert rules(reading) == ["R09"]
    assert issue(reading, "R09").cell == "H3"


def test_subtotals_are_no_places(catalog: Catalog) -> None:
    rows = [
        ["Biểu số 06/TNMT-CTR"],
        ["CHẤT THẢI RẮN SINH HOẠT THEO ĐỊA BÀN QUÝ I NĂM 2025"],
        ["Đơn vị hành chính", "Dân số đô thị", "Dân số nông thôn", "Phát sinh đô thị (tấn/ngày)"],
        ["TỔNG SỐ", 5559, 41491, 4.34, 18.01, 3.92, 10.04],
        ["2. Huyện Bảo Lâm (*)", 5559, 41491, 4.34, 18.01, 3.92, 10.04],
        ["Cộng khu vực phía Tây", 5559, 41491, 4.34, 18.01, 3.92, 10.04],
    ]
    rows[2] += ["Phát sinh nông thôn (tấn/ngày)", "Thu gom đô thị (tấn/ngày)", "Thu gom nông thôn (tấn/ngày)"]
    reading = read_rows(catalog, rows, "so-nong-nghiep-moi-truong")
    assert rules(reading) == []
    assert {o.area for o in reading.observations} == {"B:042"}


@pytest.mark.parametrize(
    ("printed", "is_form"),
    [
        ("Biểu số 01/SCT-CN", True),
        ("BIỂU SỐ: 01 - SCT/CN", True),
        ("Biểu 1/SCT-CN", True),
        ("Mẫu biểu số 01/SCT-CN (Ban hành kèm theo Công văn)", True),
        ("Số: 101/SCT-CN", False),
        ("Biểu số 11/SCT-CN", False),
    ],
)
def test_the_form_number_is_read_in_its_spellings_and_never_as_a_part(
    catalog: Catalog, printed: str, is_form: bool
) -> None:
    rows = [["SỞ CÔNG THƯƠNG"], [printed], ["Một tiêu đề khác"]]
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert (reading.form == "F01") is is_form


def test_a_title_whose_table_is_not_understood_is_said(catalog: Catalog) -> None:
    good = [
        ["3. Một số sản phẩm chủ yếu của ngành công nghiệp"],
        [None, "Đơn vị", "Thực hiện", "Ước tính", "Cộng dồn"],
        [None, "tính", "tháng 01", "tháng 02", "2 tháng"],
        [None, None, "năm 2025", "năm 2025", "năm 2025"],
        ["Than đá (than sạch)", "Nghìn tấn", 3439.7, 3769.1, 7208.8],
        ["Dầu mỏ thô khai thác", '"', 652.9, 610, 1262.9],
    ]
    odd = [
        ["13. Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"],
        [None, "Cột lạ", "Cột khác"],
        ["TỔNG SỐ", 1, 2],
    ]
    reading = read(workbook(sheet(good, "a"), sheet(odd, "b")), catalog, "cuc-thong-ke", "so lieu.xlsx", RECEIVED)
    assert reading.form == "NSO-PRODUCTS"
    assert rules(reading) == ["W17"]
    coal = next(o for o in reading.observations if o.item_name == "Than đá (than sạch)" and o.flow == "ytd")
    assert (coal.value, coal.unit, coal.period.start.isoformat()) == (Decimal(7208800), "tấn", "2025-01-01")


def test_a_header_that_is_printed_again_on_the_next_page_is_no_row(catalog: Catalog) -> None:
    again = f01()[6:8]
    again[0] = ["TT", "Tên sản phẩm", "ĐVT", "Kế hoạch năm 2024", "Thực hiện"]
    rows = [*f01(STEEL), *again, [2, *IRON]]
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading) == []
    assert len(reading.observations) == 8
