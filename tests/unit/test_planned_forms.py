"""The forms without a specification of their own (F03, F10, F12): layouts of the research on real files."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from reading_kit import RECEIVED, issue, read_rows, rules, sheet, workbook

from xanh.catalog import Catalog
from xanh.reading.harmonise import read

F03 = [
    ["Biểu số 03/SCT-TKNL"],
    ["CƠ SỞ SỬ DỤNG NĂNG LƯỢNG TRỌNG ĐIỂM, SẢN XUẤT SẠCH HƠN, ĐỊNH MỨC NĂM 2025"],
    [
        "STT",
        "Cơ sở",
        "MST",
        "Ngành",
        "Tiêu thụ năm 2024 (TOE)",
        "Điện (kWh)",
        "Nộp báo cáo (x)",
        "Ngày nộp",
        "Kiểm toán NL gần nhất (năm)",
        "Suất tiêu hao (MJ/tấn)",
        "Định mức",
        "Đạt/Không đạt",
        "Áp dụng SXSH (Có/Không)",
        "Dây chuyền lạc hậu đã loại bỏ",
        "Công nghệ sạch đầu tư",
    ],
    [
        1,
        "Công ty CP Gang thép Sông Mây",
        "4899100017",
        "24100",
        104500,
        99,
        "x",
        None,
        2023,
        12000,
        12400,
        "Đạt",
        "Có",
        1,
        "Lò hồ quang",
    ],
    [2, "HTX Rượu men lá Phia Sấn", "4899100062", "11010", 280, 9, None, None, None, 100, "-", "-", "Không", "-", "-"],
]


def observed(catalog: Catalog, rows: list[list[Any]], department: str) -> dict[tuple[str, str | None], Any]:
    reading = read_rows(catalog, rows, department)
    assert [i for i in reading.issues if i.severity == "critical"] == []
    return {(o.measure, o.item_name): o.value for o in reading.observations}


def test_f03_counts_key_users_audits_norms_and_cleaner_production(catalog: Catalog) -> None:
    found = observed(catalog, F03, "so-cong-thuong")
    steel, spirits = "Công ty CP Gang thép Sông Mây", "HTX Rượu men lá Phia Sấn"
    assert found[("use_toe_reported", steel)] == 104500
    assert (found[("keu_total_n", steel)], found[("keu_total_n", spirits)]) == (1, 0)
    assert (found[("keu_reported_n", steel)], found[("keu_audited_n", steel)]) == (1, 1)
    assert ("keu_reported_n", spirits) not in found
    assert (found[("norm_site_total_n", steel)], found[("norm_site_ok_n", steel)]) == (1, 1)
    assert found[("norm_site_total_n", spirits)] == 0
    assert ("norm_site_ok_n", spirits) not in found
    assert (found[("cp_site_n", steel)], found[("cp_site_n", spirits)]) == (1, 0)
    assert (found[("old_tech_removed_n", steel)], found[("clean_tech_new_n", steel)]) == (1, 1)
    assert found[("clean_tech_new_n", spirits)] == 0


def test_f03_energy_is_of_the_year_before(catalog: Catalog) -> None:
    reading = read_rows(catalog, F03, "so-cong-thuong")
    assert {o.period.code for o in reading.observations if o.measure == "use_toe_reported"} == {"2024"}
    assert {o.period.code for o in reading.observations if o.measure == "keu_total_n"} == {"2025"}


def f03(**texts: Any) -> list[list[Any]]:
    """F03 with other texts in the row of the second facility, by column number from 0 (c10="…")."""
    rows = [list(row) for row in F03]
    for column, text in texts.items():
        rows[4][int(column[1:])] = text
    return rows


@pytest.mark.parametrize("words", ["Không có", "Chưa ban hành", "KAD", "Không áp dụng", "n/a", "chưa"])
def test_f03_words_for_no_norm_and_no_technology_count_as_none(catalog: Catalog, words: str) -> None:
    found = observed(catalog, f03(c10=words, c14=words), "so-cong-thuong")
    spirits = "HTX Rượu men lá Phia Sấn"
    assert (found[("norm_site_total_n", spirits)], found[("clean_tech_new_n", spirits)]) == (0, 0)
    assert ("norm_site_ok_n", spirits) not in found


@pytest.mark.parametrize("mark", ["…", "..."])
def test_f03_a_norm_that_is_not_known_is_missing_and_not_counted(catalog: Catalog, mark: str) -> None:
    found = observed(catalog, f03(c10=mark), "so-cong-thuong")
    assert found[("norm_site_total_n", "HTX Rượu men lá Phia Sấn")] is None


def test_f03_a_technology_whose_name_begins_like_a_denial_is_counted(catalog: Catalog) -> None:
    found = observed(catalog, f03(c14="Không khí nén biến tần"), "so-cong-thuong")
    assert found[("clean_tech_new_n", "HTX Rượu men lá Phia Sấn")] == 1


def test_f03_the_limit_of_key_users_holds_whatever_unit_the_energy_is_in(catalog: Catalog) -> None:
    rows = f03()
    rows[2][4] = "Tiêu thụ năm 2024 (nghìn TOE)"
    rows[3][4], rows[4][4] = 104.5, 0.28
    assert observed(catalog, rows, "so-cong-thuong") == observed(catalog, F03, "so-cong-thuong")


F10 = [
    ["Biểu số 10/KHCN-CS"],
    ["ĐỀ TÀI, CHÍNH SÁCH, KINH PHÍ NĂM 2025"],
    ["A. Đề tài"],
    [
        "Mã",
        "Tên",
        "Đơn vị chủ trì",
        "DN tham gia",
        "Thời gian",
        "Kinh phí NSNN (triệu đồng)",
        "Kinh phí DN (triệu đồng)",
    ],
    ["ĐT01", "Tái chế xỉ lò cao", "Trường A", "Công ty B", "2025", 1200, 300],
    ["ĐT02", "Miến dong tiết kiệm năng lượng", "Viện C", "-", "2025", "450,5", "-"],
    [],
    ["B. Văn bản chính sách"],
    ["Số hiệu", "Ngày", "Trích yếu", "Cơ quan"],
    ["12/NQ-HĐND", "01/3/2025", "Hỗ trợ sản xuất sạch hơn", "HĐND tỉnh"],
    ["88/SCT-CN", "05/3/2025", "Góp ý dự thảo nghị định", "Sở Công Thương"],
    [],
    ["C. Kinh phí thực hiện"],
    ["Cơ quan", "Được giao (triệu đồng)", "Giải ngân (triệu đồng)", "%"],
    ["Sở Công Thương", 500, 420, 84],
    ["Tổng cộng", 500, 420, 84],
    [],
    ["D. Nhập khẩu máy móc, thiết bị đã qua sử dụng"],
    ["DN", "Lô", "Kết quả"],
    ["Công ty E", 2, "Đạt"],
    ["Công ty G", 1, "Không đạt"],
]


def test_f10_has_four_tables_on_one_sheet(catalog: Catalog) -> None:
    reading = read_rows(catalog, F10, "so-khoa-hoc-cong-nghe")
    assert rules(reading) == []
    assert [table.table for table in reading.tables] == ["A", "B", "C", "D"]
    found = {(o.measure, o.item_name): o.value for o in reading.observations}
    assert found[("rd_fund_mvnd", "Miến dong tiết kiệm năng lượng")] == Decimal("450.5")
    assert found[("rd_project_ent_n", "Miến dong tiết kiệm năng lượng")] == 0
    assert [name for name, item in found if name == "policy_new_n"] == ["policy_new_n"]
    assert found[("policy_comment_n", "88/SCT-CN")] == 1
    assert found[("plan_spent_mvnd", "Sở Công Thương")] == 420
    assert found[("import_used_lot_n", "Công ty G")] == 1
    assert ("import_used_lot_ok_n", "Công ty G") not in found


def test_f10_without_one_of_its_tables_is_read(catalog: Catalog) -> None:
    reading = read_rows(catalog, F10[:6], "so-khoa-hoc-cong-nghe")
    assert rules(reading) == []
    assert [table.table for table in reading.tables] == ["A"]


def f10(at: str, **texts: Any) -> list[list[Any]]:
    """F10 with other texts in the row that begins with `at`, by column number from 0."""
    rows = [list(row) for row in F10]
    row = next(row for row in rows if row and row[0] == at)
    for column, text in texts.items():
        row[int(column[1:])] = text
    return rows


@pytest.mark.parametrize(
    "words", ["V/v góp ý dự thảo", "Về việc tham gia ý kiến", "“Góp ý dự thảo”", "Công văn đề xuất"]
)
def test_f10_a_comment_is_none_of_the_policies_whatever_stands_before_it(catalog: Catalog, words: str) -> None:
    found = observed(catalog, f10("88/SCT-CN", c2=words), "so-khoa-hoc-cong-nghe")
    assert found[("policy_comment_n", "88/SCT-CN")] == 1
    assert ("policy_new_n", "88/SCT-CN") not in found


def test_f10_a_document_without_an_abstract_is_asked_for_and_not_counted(catalog: Catalog) -> None:
    reading = read_rows(catalog, f10("88/SCT-CN", c2=None), "so-khoa-hoc-cong-nghe")
    assert rules(reading) == ["W24"]
    assert "88/SCT-CN" not in {o.item_name for o in reading.observations}


@pytest.mark.parametrize("words", ["Không có", "Chưa có", "Không tham gia"])
def test_f10_a_task_without_an_enterprise_is_counted_as_such(catalog: Catalog, words: str) -> None:
    found = observed(catalog, f10("ĐT01", c3=words), "so-khoa-hoc-cong-nghe")
    assert found[("rd_project_ent_n", "Tái chế xỉ lò cao")] == 0


def test_f10_headings_that_say_the_year_of_the_report_are_understood(catalog: Catalog) -> None:
    rows = f10("Cơ quan", c1="Kinh phí được giao năm 2025 (triệu đồng)", c2="Giải ngân năm 2025 (triệu đồng)")
    assert observed(catalog, rows, "so-khoa-hoc-cong-nghe") == observed(catalog, F10, "so-khoa-hoc-cong-nghe")


def test_f10_a_heading_of_another_year_is_refused(catalog: Catalog) -> None:
    rows = f10("Cơ quan", c1="Được giao năm 2024 (triệu đồng)")
    assert "R02" in rules(read_rows(catalog, rows, "so-khoa-hoc-cong-nghe"), "critical")


def test_f10_a_part_whose_headings_are_not_understood_is_no_list_of_policies(catalog: Catalog) -> None:
    reading = read_rows(catalog, f10("Cơ quan", c1="Vốn (triệu đồng)", c2="Chi (triệu đồng)"), "so-khoa-hoc-cong-nghe")
    assert rules(reading, "critical") == ["G02", "G02"]
    assert "“Vốn (triệu đồng)”" in issue(reading, "G02").message_vi
    assert "Sở Công Thương" not in {o.item_name for o in reading.observations if o.measure == "policy_new_n"}


def test_f10_a_part_of_which_no_heading_is_understood_is_asked_for_by_its_letter(catalog: Catalog) -> None:
    rows = f10("Cơ quan", c0="Bên chi", c1="Vốn", c2="Chi", c3="Ghi thêm")
    reading = read_rows(catalog, rows, "so-khoa-hoc-cong-nghe")
    assert rules(reading, "critical") == ["G01"]
    assert "không tìm thấy bảng số liệu của phần C (" in issue(reading, "G01").message_vi


def test_f10_a_heading_that_may_be_the_missing_column_is_told_once(catalog: Catalog) -> None:
    reading = read_rows(catalog, f10("Mã", c5="Kinh phí nhà nước cấp (triệu đồng)"), "so-khoa-hoc-cong-nghe")
    assert rules(reading, "critical") == ["G02"]
    assert "F4 “Kinh phí nhà nước cấp" in issue(reading, "G02").message_vi


def test_f10_with_each_part_on_a_sheet_of_its_own_is_read(catalog: Catalog) -> None:
    heads = [at for at, row in enumerate(F10) if row and row[0][1:2] == "."]
    parts = [F10[start:stop] for start, stop in zip(heads, [*heads[1:], len(F10)], strict=True)]
    book = workbook(*(sheet([*F10[:2], *part], f"Phan {part[0][0][0]}") for part in parts))
    reading = read(book, catalog, "so-khoa-hoc-cong-nghe", "bieu 10.xlsx", RECEIVED)
    assert rules(reading) == []
    assert {(o.measure, o.item_name): o.value for o in reading.observations} == observed(
        catalog, F10, "so-khoa-hoc-cong-nghe"
    )


F12 = [
    ["Biểu số 12/TH-1043"],
    ["TIẾN ĐỘ THỰC HIỆN MỤC TIÊU, NHIỆM VỤ KẾ HOẠCH 1043 NĂM 2025"],
    [
        "TT",
        "Mục tiêu, nhiệm vụ",
        "ĐVT",
        "Mục tiêu 2021-2025",
        "TH 2021",
        "TH 2022",
        "TH 2023",
        "TH 2024",
        "Ước 2025",
        "Lũy kế",
        "Đánh giá (Đạt/Chưa đạt)",
        "Ghi chú",
    ],
    [1, "Giảm tiêu hao nguyên liệu, năng lượng", "%", "5-8", "1", "2", "3", "5", "6-7", "-", "Đạt"],
    [2, "Số mô hình SX&TDBV đang áp dụng", "mô hình", "01-02", "-", 1, 1, 1, 2, 2, "Đạt"],
    [3, "Số sản phẩm OCOP còn hiệu lực", "sản phẩm", "-", 90, 110, 144, 150, 160, None, None],
]


def test_a_column_of_a_year_after_the_period_of_f12_is_asked_about(catalog: Catalog) -> None:
    rows = [list(row) for row in F12]
    rows[1][0] = "TIẾN ĐỘ THỰC HIỆN MỤC TIÊU, NHIỆM VỤ KẾ HOẠCH 1043 NĂM 2024"
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert [i.cell for i in reading.issues if i.rule == "W31"] == ["I3"]
    assert "W31" not in rules(read_rows(catalog, F12, "so-cong-thuong"))


def test_f12_gives_only_the_tasks_that_no_other_form_reports(catalog: Catalog) -> None:
    reading = read_rows(catalog, F12, "so-cong-thuong")
    assert rules(reading) == []
    found = {(o.measure, o.period.code, o.obs_status): o.value for o in reading.observations}
    assert found == {
        ("scp_model_active_n", "2024", "A"): 1,
        ("scp_model_active_n", "2025", "E"): 2,
        ("ocop_n", "2024", "A"): 150,
        ("ocop_n", "2025", "E"): 160,
    }


def f12(title: str, *years: str, ocop: str = "Số sản phẩm OCOP còn hiệu lực") -> list[list[Any]]:
    """F12 of another period, with its five headings of years, and another name of its last row."""
    rows = [list(row) for row in F12]
    rows[1] = [f"TIẾN ĐỘ THỰC HIỆN MỤC TIÊU, NHIỆM VỤ KẾ HOẠCH 1043 {title}"]
    rows[2][4:9] = years
    rows[5][1] = ocop
    return rows


def stated(catalog: Catalog, rows: list[list[Any]]) -> set[tuple[str, str, str]]:
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading) == []
    return {(o.period.code, o.obs_status, str(o.value)) for o in reading.observations if o.measure == "ocop_n"}


def test_f12_an_estimate_of_six_months_is_none_of_the_year(catalog: Catalog) -> None:
    half = f12("6 THÁNG ĐẦU NĂM 2026", "TH 2022", "TH 2023", "TH 2024", "TH 2025", "Ước 6 tháng đầu năm 2026")
    assert stated(catalog, half) == {("2025", "A", "150"), ("2026-H1", "E", "160")}
    year = f12("6 THÁNG ĐẦU NĂM 2026", "TH 2022", "TH 2023", "TH 2024", "TH 2025", "Ước 2026")
    assert stated(catalog, year) == {("2025", "A", "150"), ("2026", "E", "160")}


def test_f12_what_was_done_in_the_year_is_no_estimate(catalog: Catalog) -> None:
    done = f12("NĂM 2025", "TH 2021", "TH 2022", "TH 2023", "TH 2024", "Thực hiện năm 2025")
    assert stated(catalog, done) == {("2024", "A", "150"), ("2025", "A", "160")}


@pytest.mark.parametrize("name", ["Sản phẩm OCOP còn hiệu lực", "Số sản phẩm OCOP"])
def test_f12_a_task_in_other_usual_words_is_read(catalog: Catalog, name: str) -> None:
    rows = f12("NĂM 2025", "TH 2021", "TH 2022", "TH 2023", "TH 2024", "Ước 2025", ocop=name)
    assert stated(catalog, rows) == {("2024", "A", "150"), ("2025", "E", "160")}


def test_f12_a_task_that_nearly_is_one_of_the_form_is_not_passed_over(catalog: Catalog) -> None:
    rows = f12("NĂM 2025", "TH 2021", "TH 2022", "TH 2023", "TH 2024", "Ước 2025", ocop="Sản phẩm OCOP của tỉnh")
    reading = read_rows(catalog, rows, "so-cong-thuong")
    assert rules(reading) == ["G13"]
    assert issue(reading, "G13").cell == "B6"
    assert "Có thể là: Số sản phẩm OCOP" in issue(reading, "G13").message_vi
