"""Periods: codes, arithmetic of both bases, and the ways in which titles and file names state them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xanh.language import periods
from xanh.language.spoken_periods import spoken_code, spoken_period
from xanh.model import Period

years = st.integers(2000, 2099)
bases = st.sampled_from(["calendar", "admin_15_14"])
parts = st.sampled_from(
    ["", *(f"-{m:02d}" for m in range(1, 13)), *(f"-Q{q}" for q in range(1, 5)), "-H1", "-H2", "-9M", "-7M", "-2M"]
)
any_period = st.builds(lambda year, part, basis: periods.period(f"{year}{part}", basis), years, parts, bases)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("TÌNH HÌNH SẢN XUẤT THÁNG 6 VÀ 6 THÁNG ĐẦU NĂM 2024", ["2024-06", "2024-H1"]),
        ("THÁNG 7 VÀ 7 THÁNG 2025", ["2025-07", "2025-7M"]),
        ("THÁNG 12 VÀ CẢ NĂM 2025", ["2025-12", "2025"]),
        ("THÁNG 01 NĂM 2025", ["2025-01"]),
        ("QUÝ III NĂM 2025", ["2025-Q3"]),
        ("QUÝ III NĂM 24", ["2024-Q3"]),
        ("QUÍ III NĂM 2025", ["2025-Q3"]),
        ("quý 03/2025", ["2025-Q3"]),
        ("Quy định số 03/2025/QĐ", []),
        ("THÁNG 6 VÀ 6 THÁNG ĐẦU NĂM 24", ["2024-06", "2024-H1"]),
        ("Tháng 6 năm 24/7", []),
        ("Quý I năm 25,5 tấn", []),
        ("Quý I, 24 cơ sở", []),
        ("QUÝ II VÀ 6 THÁNG ĐẦU NĂM 2024", ["2024-Q2", "2024-H1"]),
        ("6 THÁNG CUỐI NĂM 2025", ["2025-H2"]),
        ("6 tháng đầu năm 2024", ["2024-H1"]),
        ("6 tháng năm 2024", ["2024-H1"]),
        ("6T/2024", ["2024-H1"]),
        ("9 tháng năm 2024", ["2024-9M"]),
        ("Quý I/2024", ["2024-Q1"]),
        ("Quý 1-2024", ["2024-Q1"]),
        ("QI/2024", ["2024-Q1"]),
        ("Tháng 6/2024", ["2024-06"]),
        ("T6/2024", ["2024-06"]),
        ("T6.2024", ["2024-06"]),
        ("06/2025", ["2025-06"]),
        ("2025-06", ["2025-06"]),
        ("2025-Q3", ["2025-Q3"]),
        ("Ước cả năm 2024", ["2024"]),
        ("Năm 2024", ["2024"]),
        ("tháng 02 năm 2025", ["2025-02"]),
        ("tháng Chín năm 2012", ["2012-09"]),
        ("tháng năm năm 2012", ["2012-05"]),
        ("Tháng\n6\nnăm 2024", ["2024-06"]),
        ("Tháng 6 năm 2024 so với tháng 5/2024", ["2024-06"]),
        ("Quý ba năm 2025", ["2025-Q3"]),
        ("Sáu tháng đầu năm 2025", ["2025-H1"]),
        ("Chín tháng đầu năm 2025", ["2025-9M"]),
        ("Tháng 6, năm 2024", ["2024-06", "2024"]),
        ("Quý I, II năm 2025", ["2025-Q1", "2025-Q2"]),
    ],
)
def test_spellings_of_periods_are_read(text: str, codes: list[str]) -> None:
    assert [period.code for period in periods.find_periods(text)] == codes


@pytest.mark.parametrize(
    "text",
    [
        "đến ngày 15 tháng 6 năm 2024",
        "(Kèm theo Báo cáo số 123/BC-SCT ngày 18/6/2024)",
        "giá so sánh 2010",
        "Tổng cộng",
        "Kế hoạch giai đoạn 2021-2025",
        "Thông tư 12/2024/TT-BCT",
        "từ 01/01 - 20/06/2024",
        "tháng 6",
        "sau tháng thứ nhất",
        "Biểu số 06",
        "13/2024",
    ],
)
def test_dates_document_numbers_and_comparisons_are_no_periods(text: str) -> None:
    assert periods.find_periods(text) == ()


def test_stated_days_of_the_administrative_month_give_its_basis() -> None:
    (half,) = periods.find_periods("Kỳ báo cáo: từ ngày 15/12/2023 đến ngày 14/6/2024")
    assert (half.code, half.basis) == ("2024-H1", "admin_15_14")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Bieu 01 SPCN T6.2024.xlsx", "2024-06"),
        ("Bieu 01 SPCN thang 6.2024.xls", "2024-06"),
        ("01_SCT-CN_2024_06.xlsx", "2024-06"),
        ("dien_2025_06.csv", "2025-06"),
        ("Biểu 06-TNMT-CTR Q3.2025 (1).xlsx", "2025-Q3"),
        ("Bieu 04 TM bao bi quy III.2025.xlsx", "2025-Q3"),
        ("06 rac thai sinh hoat Q1-2024.xlsx", "2024-Q1"),
        ("02_SCT-NL_Quy IV-2024.xlsx", "2024-Q4"),
        ("04_SCT-TM_2026_Q1.xls", "2026-Q1"),
        ("BC tuyen truyen 6T dau nam 2025.xlsx", "2025-H1"),
        ("Bieu 09 6T cuoi nam 2024.xls", "2024-H2"),
        ("Biểu 08 6 tháng đầu năm 2025 bản sửa.xlsx", "2025-H1"),
        ("2024-02-29-02-Bieu-T2.2024-1.xlsx", "2024-02"),
        ("2021-11-29-02-So-lieu-11.2021.xlsx", "2021-11"),
        ("tháng 02 năm 2025.xlsx", "2025-02"),
    ],
)
def test_file_names_state_periods(name: str, code: str) -> None:
    assert [mention.period().code for mention in periods.file_name_mentions(name)] == [code]


@pytest.mark.parametrize(
    "name",
    [
        "Bieu06.xlsx",
        "Biểu số 01-2024.xlsx",
        "2021-12-29-03-Bieu-2021-28.12.xlsx",
        "bao cao 2024.xlsx",
        "2025_06_01.csv",
    ],
)
def test_form_numbers_full_dates_and_bare_years_in_file_names_state_none(name: str) -> None:
    assert periods.file_name_mentions(name) == ()


def test_a_month_without_year_agrees_with_that_month_of_any_year() -> None:
    (mention,) = periods.file_name_mentions("Bao cao thang 5.xlsx")
    assert mention.agrees(periods.period("2024-05"))
    assert not mention.agrees(periods.period("2024-06"))


@pytest.mark.parametrize(
    ("code", "basis", "start", "end"),
    [
        ("2024-02", "calendar", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-Q3", "calendar", date(2024, 7, 1), date(2024, 9, 30)),
        ("2024-01", "admin_15_14", date(2023, 12, 15), date(2024, 1, 14)),
        ("2024-H1", "admin_15_14", date(2023, 12, 15), date(2024, 6, 14)),
        ("2024-9M", "admin_15_14", date(2023, 12, 15), date(2024, 9, 14)),
        ("2024", "admin_15_14", date(2023, 12, 15), date(2024, 12, 14)),
    ],
)
def test_codes_have_first_and_last_days(code: str, basis: periods.Basis, start: date, end: date) -> None:
    period = periods.period(code, basis)
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize("code", ["2024-13", "2024-Q5", "2024-6", "24-06", "2024-12M", "", "2024-H3"])
def test_other_codes_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match="no period code"):
        periods.period(code)


@given(any_period)
def test_codes_and_days_come_back(period: Period) -> None:
    assert periods.period(period.code, period.basis) == period
    assert periods.between(period.start, period.end) == period


@given(any_period)
def test_the_previous_period_ends_where_the_period_starts(period: Period) -> None:
    before = periods.previous(period)
    assert before.frequency == period.frequency
    if period.frequency != "N":
        assert before.end + timedelta(days=1) == period.start


@given(any_period)
def test_the_months_make_up_the_period(period: Period) -> None:
    months = periods.months(period)
    assert (months[0].start, months[-1].end) == (period.start, period.end)
    assert sum(map(periods.days, months)) == periods.days(period)
    assert all(periods.contains(period, month) for month in months)


@given(years, st.integers(1, 12))
def test_a_printed_month_comes_back(year: int, month: int) -> None:
    for text in (f"Tháng {month} năm {year}", f"THÁNG {month:02d}/{year}", f"T{month}.{year}", f"{month:02d}/{year}"):
        assert [period.code for period in periods.find_periods(text)] == [f"{year}-{month:02d}"]


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    periods.find_periods(text)
    periods.file_name_mentions(text)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("2024-05", "tháng 5 năm 2024"),
        ("2025-Q1", "quý I năm 2025"),
        ("2025-Q4", "quý IV năm 2025"),
        ("2025-H1", "6 tháng đầu năm 2025"),
        ("2025-H2", "6 tháng cuối năm 2025"),
        ("2024-9M", "9 tháng năm 2024"),
        ("2024-4M", "4 tháng năm 2024"),
        ("2024", "năm 2024"),
        ("M6", "tháng 6"),
        ("Q3", "quý III"),
        ("H2", "6 tháng cuối"),
        ("?", "?"),
        ("Q7", "Q7"),
        ("Q0", "Q0"),
        ("H3", "H3"),
        ("M13", "M13"),
    ],
)
def test_codes_are_named_in_words(code: str, said: str) -> None:
    assert spoken_code(code) == said


def test_the_administrative_month_is_named_with_its_days() -> None:
    said = spoken_period(periods.period("2024-05", "admin_15_14"))
    assert said == "tháng 5 năm 2024 (từ ngày 15 tháng trước đến ngày 14)"
