"""Slips of a clerk's hand, each made by hand in a sample: read right with the words that were written, or refused."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from harness import ACCEPTED, Key, key_of
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from xanh.catalog import Catalog, load_catalog
from xanh.model import Issue
from xanh.reading.examine import examine, validated, verdict_of
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings

ROOT = Path(__file__).parents[2]
PRODUCTS = "so-cong-thuong/Biểu số 01 tháng 6 năm 2025.xlsx"
FUELS = "so-cong-thuong/Biểu 02 tiêu hao NL quý IV năm 2025.xlsx"
WASTE = "so-nong-nghiep-moi-truong/Biểu 06 chất thải rắn quý I năm 2025.xlsx"
INDUSTRY = "so-nong-nghiep-moi-truong/Biểu 07 chất thải CN 6 tháng đầu năm 2025.xlsx"
MARKETS = "so-cong-thuong/Biểu 04 siêu thị, chợ Q4.2025.xlsx"
OUTREACH = "ubnd/huyen-hoa-an/Biểu 08 Huyện Hòa An 6 tháng đầu năm 2025.xlsx"

Change = Callable[[Worksheet], None]
Said = tuple[str, dict[Key, Decimal | None], list[Issue]]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(ROOT / "include" / "catalog")


@pytest.fixture(scope="module")
def say(
    catalog: Catalog, own_samples: tuple[Path, list[ExpectedSubmission]], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, Change | None], Said]:
    """Verdict, values and issues of a sample that a clerk changed by hand."""
    settings = Settings.from_environment(dict(os.environ))
    folder = tmp_path_factory.mktemp("clerks")

    def said(base: str, change: Change | None) -> Said:
        book = openpyxl.load_workbook(own_samples[0] / base)
        if change is not None:
            change(book.worksheets[0])
        path = folder / Path(base).name
        book.save(path)
        one = examine(path, path.name, str(Path(base).parent), catalog, settings, date(2026, 7, 31))
        (issues,) = validated([one], catalog, settings, is_dry_run=True)
        values = {key_of(o): o.value for o in one.reading.observations} if one.reading else {}
        return verdict_of(one.reading, issues), values, issues

    return said


def numbers(sheet: Worksheet, columns: str, first: int = 12, last: int = 35) -> Iterator[Cell]:
    """The cells with numbers of the columns."""
    for column in columns:
        for row in range(first, last + 1):
            if isinstance(sheet[f"{column}{row}"].value, int | float):
                yield sheet[f"{column}{row}"]


def scaled(sheet: Worksheet, columns: str, factor: float, last: int = 35) -> None:
    for cell in numbers(sheet, columns, last=last):
        cell.value = round(cell.value * factor, 6)


def vietnamese(number: float) -> str:
    return f"{number:,}".translate(str.maketrans(",.", ".,"))


def put(sheet: Worksheet, **texts: object) -> None:
    for address, value in texts.items():
        sheet[address] = value


def _pasted_from_word(sheet: Worksheet) -> None:
    for column in "FGHIJ":
        cell = sheet[f"{column}10"]
        cell.value = cell.value.replace(" ", "\n", 1).replace("tháng", "th\u00adáng").replace(" ", "\u00a0")


def _decomposed(sheet: Worksheet) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.value = unicodedata.normalize("NFD", cell.value).replace(" ", "  ") + "  "


def _one_block_of_title(sheet: Worksheet) -> None:
    text = "\n".join(sheet[f"A{row}"].value for row in (1, 2, 4, 5, 6))
    for area in [area for area in sheet.merged_cells.ranges if area.min_row < 7]:
        sheet.unmerge_cells(str(area))
    for row in range(1, 7):
        for column in range(1, 16):
            sheet.cell(row, column).value = None
    sheet["A1"] = text
    sheet.merge_cells("A1:O6")


def _other_dittos(sheet: Worksheet) -> None:
    marks = iter(["nt", "-nt-", "″", "''", "như trên", "”", "„", '-"-', "NT", "〃", "“"])
    for row in range(12, 36):
        if sheet[f"D{row}"].value == '"':
            sheet[f"D{row}"] = next(marks)


def _text_numbers(columns: str, last: int) -> Change:
    def change(sheet: Worksheet) -> None:
        for cell in numbers(sheet, columns, last=last):
            cell.value = vietnamese(cell.value)

    return change


def _with_the_province(sheet: Worksheet) -> None:
    for row in range(12, 26):
        said = sheet[f"D{row}"].value
        sheet[f"D{row}"] = said.replace("P.", "Phường").replace("X.", "xã") + ", tỉnh Cao Bằng"


def _whole_quarter(sheet: Worksheet) -> None:
    sheet["F9"] = "Phát sinh (tấn)"
    scaled(sheet, "FG", 90, last=22)


def _kilograms_a_day(sheet: Worksheet) -> None:
    sheet["F9"] = "Phát sinh (kg/ngày)"
    scaled(sheet, "FG", 1000, last=22)


def _kilowatt_hours(sheet: Worksheet) -> None:
    sheet["I10"] = "Điện (kWh)"
    scaled(sheet, "I", 1000, last=26)


def _units_in_a_third_row(sheet: Worksheet) -> None:
    for column, unit in zip("IJKMNOPQ", ("nghìn kWh", "tấn", "tấn", "lít", "lít", "lít", "kg", "tấn"), strict=True):
        sheet[f"{column}10"] = re.sub(r" ?\(.*", "", sheet[f"{column}10"].value)
        sheet[f"{column}11"] = unit
    for column in "ABCDEFGHLRSTUVWX":
        sheet[f"{column}11"] = None


READ = {
    "headings pasted from Word": (PRODUCTS, _pasted_from_word),
    "decomposed letters and double spaces": (PRODUCTS, _decomposed),
    "title, number and sender in one cell": (PRODUCTS, _one_block_of_title),
    "ditto marks of all kinds": (PRODUCTS, _other_dittos),
    "short words in headings": (PRODUCTS, lambda s: put(s, F10="CT tháng 5/2025", G10="ƯT tháng 6/2025")),
    "numbers as Vietnamese text": (PRODUCTS, _text_numbers("FGH", 35)),
    "units in the cells": (PRODUCTS, lambda s: put(s, G21="1.046,6 tấn", G20="16,805 nghìn tấn")),
    "the province behind each commune": (FUELS, _with_the_province),
    "electricity in kWh": (FUELS, _kilowatt_hours),
    "units in a row of their own": (FUELS, _units_in_a_third_row),
    "people as text with thousands": (WASTE, _text_numbers("CDE", 22)),
    "tonnes of the whole quarter": (WASTE, _whole_quarter),
    "kilograms a day": (WASTE, _kilograms_a_day),
}
REFUSED = {
    "tonnes a day under a heading of tonnes": (WASTE, lambda s: put(s, F9="Phát sinh (tấn)", H9="Thu gom (tấn)")),
    "tonnes a month": (WASTE, lambda s: put(s, P9="Chất thải nhựa (tấn/tháng)")),
    "tonnes a year": (WASTE, lambda s: put(s, P9="Chất thải nhựa (tấn/năm)")),
    "lorries a day": (WASTE, lambda s: put(s, L9="Xử lý (xe/ngày)")),
    "water a month": (FUELS, lambda s: put(s, U9="Nước (m3/tháng)")),
    "an unknown rate above the table": (INDUSTRY, lambda s: put(s, A8="Đơn vị tính: tấn/tháng")),
    "a scale word alone": (OUTREACH, lambda s: put(s, E9="Kết quả kỳ báo cáo (nghìn)")),
    "oil in kilograms": (FUELS, lambda s: put(s, M10="Dầu DO (kg)")),
    "headings of last month": (PRODUCTS, lambda s: put(s, F10="Chính thức tháng 4/2025", G10="Ước tháng 5/2025")),
    "a cumulative heading not updated": (PRODUCTS, lambda s: put(s, H10="Lũy kế 5 tháng năm 2025")),
    "some numbers as text": (PRODUCTS, lambda s: put(s, G19="19.448", G20="16.805")),
    "formulas never calculated": (PRODUCTS, lambda s: put(s, H19="=G19+95597")),
    "a name over blank cells": (INDUSTRY, lambda s: put(s, B13=None, C13=None)),
}


@pytest.mark.parametrize("name", READ)
def test_what_a_person_reads_is_read_the_same(name: str, say: Callable[[str, Change | None], Said]) -> None:
    base, change = READ[name]
    verdict, values, issues = say(base, change)
    assert verdict in ACCEPTED, [(issue.rule, issue.cell, issue.message_en) for issue in issues]
    assert values == say(base, None)[1]


@pytest.mark.parametrize("name", REFUSED)
def test_what_nobody_can_be_sure_of_is_refused(name: str, say: Callable[[str, Change | None], Said]) -> None:
    verdict, _, issues = say(*REFUSED[name])
    assert verdict == "rejected", [(issue.rule, issue.cell, issue.message_en) for issue in issues]


def test_a_document_that_is_only_said_to_exist_is_asked_for(say: Callable[[str, Change | None], Said]) -> None:
    verdict, _, issues = say(OUTREACH, lambda sheet: put(sheet, E25="Đã ban hành"))
    assert verdict == "accepted_with_warnings"
    assert [(issue.rule, issue.cell) for issue in issues if issue.severity != "info"] == [("W32", "E25")]


@pytest.mark.parametrize("name", ["Trong đó: Gang", "Cộng Gang", "- Gang"])
def test_a_part_of_a_row_that_has_no_row_of_its_own_is_asked_for(
    name: str, say: Callable[[str, Change | None], Said]
) -> None:
    verdict, values, issues = say(PRODUCTS, lambda sheet: put(sheet, A20="-", B20=name))
    assert "prod_pig_iron_t" not in {key[0] for key in values}
    assert verdict == "accepted_with_warnings"
    assert ("W18", "B20") in {(issue.rule, issue.cell) for issue in issues}


@pytest.mark.parametrize("name", [None, 12])
def test_answers_without_a_name_are_not_passed_over(
    name: int | None, say: Callable[[str, Change | None], Said]
) -> None:
    verdict, _, issues = say(MARKETS, lambda sheet: put(sheet, B23=name))
    assert verdict == "rejected"
    assert ("R15", "A23") in {(issue.rule, issue.cell) for issue in issues}
