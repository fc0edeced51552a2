"""Samples rewritten as other offices would save them: encodings, separators, fonts. Read the same or refused."""

from __future__ import annotations

import io
import os
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from harness import ACCEPTED, judge, key_of
from legacy import font_and_text
from openpyxl.styles import Font

from xanh.catalog import load_catalog
from xanh.limits import Limits
from xanh.parsing.parse import parse
from xanh.reading.harmonise import read
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings

ROOT = Path(__file__).parents[2]
WORKBOOKS = (
    "so-cong-thuong/Biểu số 01 tháng 6 năm 2025.xlsx",
    "so-cong-thuong/Biểu 02 tiêu hao NL quý IV năm 2025.xlsx",
    "so-cong-thuong/Biểu 04 siêu thị, chợ Q4.2025.xlsx",
    "so-nong-nghiep-moi-truong/Biểu 06 chất thải rắn quý I năm 2025.xlsx",
    "so-nong-nghiep-moi-truong/Biểu 07 chất thải CN 6 tháng đầu năm 2025.xlsx",
    "ubnd/huyen-hoa-an/Biểu 08 Huyện Hòa An 6 tháng đầu năm 2025.xlsx",
    "so-cong-thuong/Biểu 09 CCN, làng nghề 6T cuối năm 2025.xlsx",
)
TABLES = ("so-cong-thuong/xuat_pos_T6.2025.csv", "dien-luc/nguon dien T08.2025.csv")


def _cells(content: bytes, change: Callable[[openpyxl.cell.Cell], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    change(cell)
    result = io.BytesIO()
    book.save(result)
    return result.getvalue()


def _in_tcvn3(cell) -> None:
    if isinstance(cell.value, str) and re.search(r"[^\x00-\x7f]", cell.value) and "“" not in cell.value:
        face, cell.value = font_and_text(cell.value)
        cell.font = Font(name=face, size=cell.font.sz, bold=cell.font.b)


def _headings_in_tcvn3(cell) -> None:
    if cell.row <= 12:
        _in_tcvn3(cell)


def _in_nfd(cell) -> None:
    if isinstance(cell.value, str):
        cell.value = unicodedata.normalize("NFD", cell.value)


def _with_zeros(cell) -> None:
    if isinstance(cell.value, int | float):
        cell.number_format = "0.000"


WORKBOOK_WAYS: dict[str, Callable[[bytes], bytes]] = {
    "tcvn3": lambda content: _cells(content, _in_tcvn3),
    "tcvn3_headings": lambda content: _cells(content, _headings_in_tcvn3),
    "nfd": lambda content: _cells(content, _in_nfd),
    "other_formats": lambda content: _cells(content, _with_zeros),
}


def _recoded(encoding: str, form: str = "NFC") -> Callable[[bytes], bytes]:
    return lambda content: unicodedata.normalize(form, content.decode("utf-8-sig")).encode(encoding)


def _cp1258(content: bytes) -> bytes:
    """Base letters with their hats are one code, tones are combining codes: what Windows writes."""
    marks = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    text = ""
    for letter in content.decode("utf-8-sig"):
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(c for c in parts if c in marks)
        text += unicodedata.normalize("NFC", "".join(c for c in parts if c not in marks)) + tones
    return text.encode("cp1258")


def _tabs(content: bytes) -> bytes:
    text = content.decode("utf-8-sig")
    return text.replace(";" if ";" in text.splitlines()[0] else ",", "\t").encode()


TABLE_WAYS: dict[str, Callable[[bytes], bytes]] = {
    "utf8_without_bom": _recoded("utf-8"),
    "utf8_with_bom": _recoded("utf-8-sig"),
    "utf16": _recoded("utf-16"),
    "cp1258": _cp1258,
    "nfd": _recoded("utf-8", "NFD"),
    "tabs": _tabs,
    "unix_lines": lambda content: content.replace(b"\r\n", b"\n"),
    "blank_lines_at_the_end": lambda content: content + b"\r\n\r\n",
}
CASES = [(path, name, way) for path in WORKBOOKS for name, way in WORKBOOK_WAYS.items()]
CASES += [(path, name, way) for path in TABLES for name, way in TABLE_WAYS.items()]


@pytest.fixture(scope="module")
def drop(own_samples: tuple[Path, list[ExpectedSubmission]]) -> Path:
    return own_samples[0]


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(ROOT / "include" / "catalog")


@pytest.mark.parametrize(("path", "name", "way"), CASES, ids=[f"{n}-{Path(p).stem}" for p, n, _ in CASES])
def test_a_sample_saved_another_way_says_the_same(path: str, name: str, way, drop: Path, catalog, tmp_path: Path):
    department = str(Path(path).parent)
    rewritten = tmp_path / Path(path).name
    rewritten.write_bytes(way((drop / path).read_bytes()))
    readings = [
        read(parse(p, p.name, Limits()), catalog, department, p.name, date(2026, 7, 31))
        for p in (drop / path, rewritten)
    ]
    (_, _), (verdict, issues) = judge(readings, catalog, Settings.from_environment(dict(os.environ)))
    expected, found = ({key_of(o): o.value for o in r.observations} for r in readings)
    serious = [(i.rule, i.cell, i.message_en) for i in issues if i.severity != "info"]
    assert verdict in ACCEPTED, serious
    assert found == expected, serious
