"""Copies of what is no .xlsx: the same values, merges, widths and number formats, and text that stays text."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlrd
from openpyxl.utils import get_column_letter

from xanh.feedback.marks.copies import copy_of, sheet_name
from xanh.feedback.marks.legacy import copy_of_xls
from xanh.limits import Limits
from xanh.model import Cell, Sheet, Workbook
from xanh.parsing.parse import parse

XLS = [
    "samples/drop/so-cong-thuong/02_SCT-NL_Quy III-2025.xls",
    "samples/drop/so-cong-thuong/04_SCT-TM_2026_Q1.xls",
    "samples/drop/ubnd/thanh-pho-cao-bang/Biểu 08 Thành phố Cao Bằng 6 tháng cuối năm 2024.xls",
    "corpus/nso/files/2014-02-28-Bieu-02-2014-2.xls",
]


@pytest.mark.parametrize("name", XLS)
def test_a_copy_of_an_xls_has_its_numbers_formats_merges_and_widths(name: str, shared: Path) -> None:
    path = shared / name
    content, names = copy_of_xls(path.read_bytes(), parse(path, path.name, Limits()))
    book = openpyxl.load_workbook(io.BytesIO(content))
    old = xlrd.open_workbook(file_contents=path.read_bytes(), formatting_info=True, logfile=io.StringIO())
    assert [names[sheet.name] for sheet in old.sheets()] == book.sheetnames
    for sheet in old.sheets():
        copied = book[names[sheet.name]]
        for row in range(sheet.nrows):
            for column in range(sheet.row_len(row)):
                cell = sheet.cell(row, column)
                if cell.ctype == xlrd.XL_CELL_NUMBER:
                    made = copied.cell(row + 1, column + 1)
                    assert made.value == cell.value
                    known = old.format_map.get(old.xf_list[cell.xf_index].format_key)
                    assert made.number_format == ((known.format_str if known else None) or "General")
        merges = {
            (top + 1, bottom, left + 1, right)
            for top, bottom, left, right in sheet.merged_cells
            if (bottom - top) * (right - left) > 1
        }
        assert merges == {(m.min_row, m.max_row, m.min_col, m.max_col) for m in copied.merged_cells.ranges}
        for column, information in sheet.colinfo_map.items():
            assert copied.column_dimensions[get_column_letter(column + 1)].width == pytest.approx(
                information.width / 256
            )


def test_text_of_a_csv_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("ma;ten\n=1+1;+84 912\n-5,5;@SUM(A1)\n#N/A;0012\n", encoding="utf-8")
    content, names = copy_of(parse(path, path.name, Limits()))
    assert names == {"": "Bieu"}
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content))
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["=1+1", "+84 912"],
        ["-5,5", "@SUM(A1)"],
        ["#N/A", "0012"],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("", "Bieu"), ("a/b:c", "a_b_c"), ("x" * 40, "x" * 31), ("Sheet1", "Sheet1 (2)"), ("'q'", "q")],
)
def test_sheet_names_are_those_that_excel_takes(name: str, expected: str) -> None:
    assert sheet_name(name, {"sheet1"}) == expected


def test_a_number_keeps_all_its_digits(tmp_path: Path) -> None:
    exact = Decimal("112.57270693512305")
    cell = Cell(1, 1, "number", str(exact))
    content, _ = copy_of(Workbook("ods", (Sheet("S", {(1, 1): cell}),)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<v>112.57270693512305</v>" in archive.read("xl/worksheets/sheet1.xml")
