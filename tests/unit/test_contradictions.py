"""What one file says against itself or against the registers: rows out of step, other places and kinds, a date beside its period."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from reading_kit import RECEIVED, f01, issue, read_rows, rules, sheet, values, workbook

from xanh.catalog import Catalog
from xanh.language.text import plain
from xanh.model import Merge, Reading
from xanh.reading.harmonise import read

WASTE = "so-nong-nghiep-moi-truong"
TRADE = "so-cong-thuong"


def stores(catalog: Catalog, *lines: list[Any]) -> Reading:
    head = ["STT", "Tên siêu thị, TTTM, chợ", "Loại", "Xã/phường", "Tình trạng", "Sử dụng bao bì thân thiện"]
    rows = [
        ["Biểu số 04/SCT-TM"],
        ["TÌNH HÌNH SIÊU THỊ, TRUNG TÂM THƯƠNG MẠI, CHỢ VÀ SỬ DỤNG BAO BÌ QUÝ III NĂM 2025"],
        [*head, "Sản phẩm nhãn sinh thái (mặt hàng)"],
        *([number, *line] for number, line in enumerate(lines, start=1)),
    ]
    return read_rows(catalog, rows, TRADE)


def store(catalog: Catalog, which: str, **other: Any) -> list[Any]:
    """A row of a store of that kind as the register has it, save what is said otherwise."""
    item = next(each for each in catalog.items_of("stores") if each.kind == which)
    place = next(catalog.areas[key] for key in item.areas if key.startswith("C:"))
    said = {"name": item.name_vi, "kind": item.kind, "place": place.name_vi, "status": "Hoạt động", "eco": "Có"}
    said["sku"] = 40 if which != "Chợ" else None
    return list((said | other).values())


@pytest.mark.parametrize(("place", "found"), [({}, []), ({"place": "Xã Bảo Lâm"}, ["W26"])])
def test_a_place_that_is_not_that_of_the_register_is_loaded_and_asked_about(
    catalog: Catalog, place: dict[str, str], found: list[str]
) -> None:
    reading = stores(catalog, store(catalog, "ST", **place))
    assert rules(reading) == found
    assert [i.cell for i in reading.issues if i.rule == "W26"] == (["D4"] if found else [])
    assert {o.area for o in reading.observations} == {catalog_area(catalog, "Xã Bảo Lâm") if found else home(catalog)}


def home(catalog: Catalog) -> str:
    item = next(each for each in catalog.items_of("stores") if each.kind == "ST")
    return next(key for key in item.areas if key.startswith("C:"))


def catalog_area(catalog: Catalog, name: str) -> str:
    return next(key for key, area in catalog.areas.items() if area.name_vi == name and key.startswith("C:"))


@pytest.mark.parametrize(
    ("kind", "stated", "found"),
    [
        ("ST", "Siêu thị", []),
        ("ST", "TTTM", []),  # counted alike: nothing would be wrong
        ("ST", "Chợ", ["W27"]),
        ("Chợ", "ST", ["W27"]),
    ],
)
def test_a_kind_that_changes_what_a_row_gives_is_asked_about(
    catalog: Catalog, kind: str, stated: str, found: list[str]
) -> None:
    reading = stores(catalog, store(catalog, kind, kind=stated, sku=3))
    assert rules(reading) == found
    assert [i.cell for i in reading.issues if i.rule == "W27"] == (["C4"] if found else [])


def plants(catalog: Catalog, capacity: Any, heading: str = "cong_suat_MW", kind: str | None = None) -> Reading:
    item = next(each for each in catalog.items_of("plants") if each.capacity_mw == Decimal("9.5"))
    place = next(catalog.areas[key].name_vi for key in item.areas if key.startswith("C:"))
    head = ["thang", "ma_nha_may", "ten", "loai_nguon", "xa", heading, "san_luong_kWh", "kWp", "so_ho"]
    row = ["2025-08", item.code, item.name_vi, kind or item.kind, place, capacity, 3031570, None, None]
    return read_rows(catalog, [head, row], "dien-luc", "dien_2025_08.xlsx")


@pytest.mark.parametrize(
    ("capacity", "heading", "found"),
    [
        ("9.5", "cong_suat_MW", []),
        ("9.55", "cong_suat_MW", []),  # within the tolerance that the form states
        ("9500", "công suất (kW)", []),
        (None, "cong_suat_MW", []),
        ("95", "cong_suat_MW", ["W34"]),
        ("9.7", "cong_suat_MW", ["W34"]),
        ("0.95", "cong_suat_MW", ["W34"]),
        ("-", "cong_suat_MW", ["W34"]),
        ("9500", "cong_suat_MW", ["W34"]),
        ("9.5", "công suất (kW)", ["W34"]),
    ],
)
def test_a_number_that_the_register_has_otherwise_is_loaded_as_written_and_asked_about(
    catalog: Catalog, capacity: str | None, heading: str, found: list[str]
) -> None:
    reading = plants(catalog, capacity, heading)
    assert [rule for rule in rules(reading) if rule == "W34"] == found
    assert [i.cell for i in reading.issues if i.rule == "W34"] == (["F2"] if found else [])
    assert rules(reading, "critical") == []


def test_the_question_about_a_registered_number_shows_both_numbers(catalog: Catalog) -> None:
    asked = issue(plants(catalog, "95"), "W34")
    assert "ghi “95”, tức 95 MW" in asked.message_vi
    assert "là 9,5 MW" in asked.message_vi
    assert values(plants(catalog, "95"))["re_capacity_mw", "2025-08-01", "stock"] == 95


def waste_rows(catalog: Catalog, *lines: list[Any], unit: str = "tấn") -> list[list[Any]]:
    head = ["Tên cơ sở", "Mã số thuế", "Loại chất thải", "Tồn đầu kỳ", "Phát sinh trong kỳ"]
    head += ["San lấp", "Làm đường", "VLXD", "Hoàn nguyên", "Chuyển giao xử lý", "Tồn cuối kỳ", "Đơn vị tiếp nhận"]
    facilities = list(catalog.items_of("facilities"))
    return [
        ["Biểu số 07/TNMT-CN"],
        ["CHẤT THẢI RẮN CÔNG NGHIỆP, XỈ, CHẤT THẢI NGUY HẠI THEO CƠ SỞ 6 THÁNG ĐẦU NĂM 2025"],
        [f"Đơn vị tính: {unit}"],
        head,
        *([item.name_vi, item.tax_code, *line] for item, line in zip(facilities, lines, strict=False)),
    ]


def wastes(catalog: Catalog, *lines: list[Any], unit: str = "tấn") -> Reading:
    return read_rows(catalog, waste_rows(catalog, *lines, unit=unit), WASTE)


SLAG = ["Xỉ gang", 5, 9, 2, "-", 3, "-", "-", 9, "Đơn vị VLXD"]
OTHER = ["Chất thải rắn công nghiệp thông thường", 5, 9, 2, "-", 3, "-", 2, 7, "Đơn vị thu gom"]


def test_a_row_one_cell_to_the_right_is_seen_by_the_number_among_the_words(catalog: Catalog) -> None:
    shifted = [SLAG[0], None, *SLAG[1:-1]]
    reading = wastes(catalog, SLAG, OTHER, OTHER, OTHER, shifted)
    assert rules(reading) == ["W19"]
    assert issue(reading, "W19").cell == "L9"
    assert rules(wastes(catalog, SLAG, OTHER, OTHER, OTHER, SLAG)) == []


def test_wastes_of_one_facility_may_stand_on_two_sheets(catalog: Catalog) -> None:
    first, second = waste_rows(catalog, SLAG), waste_rows(catalog, OTHER)
    reading = read(workbook(sheet(first, "1"), sheet(second, "2")), catalog, WASTE, "07.xlsx", RECEIVED)
    assert rules(reading) == []
    assert {each.source_sheet for each in reading.observations} == {"1", "2"}
    again = read(
        workbook(sheet(first, "1"), sheet([*first, []], "2"), sheet(second, "3")), catalog, WASTE, "07.xlsx", RECEIVED
    )
    assert rules(again) == ["R08"]


@pytest.mark.parametrize(("title", "found"), [("", []), (" QUÝ III NĂM 2025", []), (" QUÝ II NĂM 2025", ["R08"])])
def test_a_part_may_stand_on_a_sheet_of_its_own(catalog: Catalog, title: str, found: list[str]) -> None:
    stores = [
        ["Biểu số 04/SCT-TM"],
        ["TÌNH HÌNH SIÊU THỊ, TRUNG TÂM THƯƠNG MẠI, CHỢ VÀ SỬ DỤNG BAO BÌ QUÝ III NĂM 2025"],
        [
            "Tên siêu thị, TTTM, chợ",
            "Loại",
            "Xã/phường",
            "Tình trạng",
            "Sử dụng bao bì thân thiện",
            "Sản phẩm nhãn sinh thái",
        ],
        ["Siêu thị Minh Cát", "ST", "Phường Thục Phán", "Hoạt động", "Có", 4],
    ]
    checks = [
        [f"B. Kết quả kiểm tra, xử lý vi phạm liên quan bao bì hàng hóa{title}"],
        ["Đội QLTT", "Số vụ kiểm tra", "Số vụ vi phạm", "Phạt (triệu đồng)"],
        ["Đội QLTT số 3", 12, 2, 7.5],
    ]
    reading = read(workbook(sheet(stores, "A"), sheet(checks, "B")), catalog, TRADE, "04.xlsx", RECEIVED)
    assert rules(reading) == found
    if not found:
        assert values(reading)["inspect_n", "2025-07-01", "period"] == 12
        assert {each.source_sheet for each in reading.observations} == {"A", "B"}


def test_a_number_among_words_is_no_stray_where_its_row_is_complete(catalog: Catalog) -> None:
    assert rules(wastes(catalog, SLAG, OTHER, OTHER, OTHER, [*SLAG[:-1], 12])) == []


def test_a_row_one_cell_to_the_left_is_seen_by_the_words_among_the_numbers(catalog: Catalog) -> None:
    shifted = [OTHER[0], *OTHER[2:]]
    reading = wastes(catalog, SLAG, OTHER, OTHER, OTHER, shifted)
    assert rules(reading) == ["W28"]
    assert issue(reading, "W28").cell == "K9"


def test_the_only_blank_cell_of_a_column_is_asked_about(catalog: Catalog) -> None:
    blank = [SLAG[0], 5, None, *SLAG[3:]]
    reading = wastes(catalog, SLAG, SLAG, SLAG, SLAG, SLAG, blank)
    assert rules(reading) == ["W30"]
    assert issue(reading, "W30").cell == "E10"
    assert rules(wastes(catalog, SLAG, SLAG, SLAG, SLAG, blank, blank)) == []  # a habit
    assert rules(wastes(catalog, SLAG, SLAG, SLAG, blank)) == []  # too few rows to tell


@pytest.mark.parametrize(("unit", "found"), [("tấn", set()), ("tạ", {"W21"}), ("Tan", set())])
def test_a_table_in_quintals_where_the_form_has_tonnes_is_asked_about(
    catalog: Catalog, unit: str, found: set[str]
) -> None:
    assert set(rules(wastes(catalog, SLAG, SLAG, SLAG, OTHER, unit=unit))) == found


@pytest.mark.parametrize(
    ("dated", "found"),
    [
        ("Cao Bằng, ngày 17 tháng 6 năm 2024", []),
        ("Cao Bằng, ngày 2 tháng 2 năm 2025", []),  # late, but no slip of a year
        ("Cao Bằng, ngày 17 tháng 6 năm 2025", ["W29"]),
        ("Cao Bằng, ngày 17 tháng 6 năm 2023", ["W29"]),
        ("Cao Bằng, ngày   tháng 6 năm 2025", []),
        ("Cao Bằng, ngày 31 tháng 6 năm 2025", []),
        ("(Ban hành kèm theo Quyết định ngày 17 tháng 6 năm 2020)", []),
    ],
)
def test_a_date_a_year_from_the_period_is_asked_about(catalog: Catalog, dated: str, found: list[str]) -> None:
    rows = f01(["Xi măng", "tấn", 170000, 16794, 14568, 90000], code_row=False)
    rows[2] = [dated]
    reading = read_rows(catalog, rows, TRADE)
    assert rules(reading) == found
    assert [i.cell for i in reading.issues if i.rule == "W29"] == (["A3"] if found else [])


def test_the_places_of_another_year_are_not_listed_where_the_period_itself_is_in_doubt(catalog: Catalog) -> None:
    rows = [
        ["Biểu số 06/TNMT-CTR"],
        ["CHẤT THẢI RẮN SINH HOẠT THEO ĐỊA BÀN QUÝ I NĂM 2024"],
        ["STT", "Đơn vị hành chính", "Dân số (người)", None, "Phát sinh (tấn/ngày)", None, "Thu gom (tấn/ngày)", None],
        [None, None, "Đô thị", "Nông thôn", "Đô thị", "Nông thôn", "Đô thị", "Nông thôn"],
        [1, "Phường Thục Phán", 20000, 3000, 15, 1, 14, 1],
    ]
    assert rules(read_rows(catalog, rows, WASTE, "bieu 06 quy I nam 2026.xlsx")) == ["G04"]
    assert rules(read_rows(catalog, rows, WASTE)) == ["G07"]


def test_a_file_typed_without_accents_is_read_like_another(catalog: Catalog) -> None:
    rows = f01(["Xi mang", "tan", 170000, 16794, 14568, 90000], ["Gach xay cac loai", "1000 vien", 1, 2, 3, 4])
    typed = [[bare(value) for value in row] for row in rows]
    accents = f01(["Xi măng", "tấn", 170000, 16794, 14568, 90000], ["Gạch xây các loại", "1000 viên", 1, 2, 3, 4])
    reading = read_rows(catalog, typed, TRADE)
    assert rules(reading) == []
    assert values(reading) == values(read_rows(catalog, accents, TRADE))


def bare(value: Any) -> Any:
    return plain(value) if isinstance(value, str) and not value.isascii() else value


def quarter(catalog: Catalog, title: str, file_name: str = "bieu 04.xlsx") -> Reading:
    rows = [
        ["Biểu số 04/SCT-TM (phần B)"],
        [f"KẾT QUẢ KIỂM TRA, XỬ LÝ VI PHẠM LIÊN QUAN BAO BÌ, HÀNG HÓA {title}"],
        ["Đội QLTT", "Số vụ kiểm tra (vụ)", "Số vụ vi phạm (vụ)", "Phạt (triệu đồng)"],
        [next(iter(catalog.items_of("teams"))).name_vi, 40, 16, 55.7],
    ]
    return read_rows(catalog, rows, "quan-ly-thi-truong", file_name)


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("QUÝ II NĂM 2025", []),
        ("QUÝ I VÀ QUÝ II NĂM 2025", ["R05"]),
        ("QUÝ I, II NĂM 2025", ["R05"]),
        ("QUÝ II VÀ 6 THÁNG ĐẦU NĂM 2025", []),
        ("LŨY KẾ ĐẾN QUÝ II NĂM 2025", ["R25"]),
        ("CỘNG DỒN QUÝ II/2025", ["R25"]),
        ("LŨY KẾ QUÝ I NĂM 2025", []),  # the same as the quarter
        ("QUÝ II VÀ LŨY KẾ 6 THÁNG NĂM 2025", []),
    ],
)
def test_a_title_of_two_quarters_or_of_cumulative_numbers_is_refused(
    catalog: Catalog, title: str, found: list[str]
) -> None:
    reading = quarter(catalog, title)
    assert rules(reading, "critical") == found
    assert [i.cell for i in reading.issues if i.severity == "critical"] == (["A2"] if found else [])


def test_numbers_below_a_group_without_a_heading_of_their_own_are_told(catalog: Catalog) -> None:
    head = [
        "STT",
        "Đơn vị hành chính",
        "Dân số (người)",
        None,
        "Phát sinh (tấn/ngày)",
        None,
        "Thu gom (tấn/ngày)",
        None,
    ]
    below = [None, None, "Đô thị", "Nông thôn", "Đô thị", "Nông thôn", "Đô thị", "Nông thôn", "Chôn lấp", None]
    names = ["Huyện Hòa An", "Huyện Hạ Lang", "Huyện Bảo Lâm"]
    rows = [
        ["Biểu số 06/TNMT-CTR"],
        ["CHẤT THẢI RẮN SINH HOẠT THEO ĐỊA BÀN QUÝ I NĂM 2025"],
        [*head, "Xử lý (tấn/ngày)", None],
        below,
        *([at, name, 20000 + at, 30000, 15, 12, 14, 6, 8, 9] for at, name in enumerate(names, start=1)),
    ]
    merges = [Merge(3, left, 3, left + 1) for left in (3, 5, 7, 9)]
    reading = read_rows(catalog, rows, WASTE, merges=merges)
    assert rules(reading) == ["W22"]
    assert issue(reading, "W22").cell == "J5"
    rows[3] = [*below[:-1], "Đốt"]
    assert rules(read_rows(catalog, rows, WASTE, merges=merges)) == []


def test_numbers_of_an_export_in_a_column_without_a_heading_are_told(catalog: Catalog) -> None:
    rows = f01(*(["Xi măng", "tấn", "170000", "16794,5", "14568,2", "90000", "12,5"] for _ in range(1)), code_row=False)
    rows += [[2, "Gang", "tấn", "170000", "16795,5", "14568,2", "90000", "12,5"]]
    rows += [[3, "Phôi thép", "tấn", "170000", "16796,5", "14568,2", "90000", "12,5"]]
    assert rules(read_rows(catalog, rows, TRADE)) == ["W22"]
    assert rules(read_rows(catalog, [row[:7] for row in rows], TRADE)) == []
