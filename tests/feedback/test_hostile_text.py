"""Text from files arrives harmless: in the page, in the workbook, in the ledger and in the log."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from xanh.database.warehouse import connect
from xanh.feedback import outbox
from xanh.language.harmless import harmless, mask_personal, visible
from xanh.loading import ingest
from xanh.settings import Settings

SENDER = "so-cong-thuong"
NASTY = [
    '=HYPERLINK("http://evil.example","Bấm vào đây")',
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "gạch \u202egpj.exe\u202c xây",
    "x'); DROP TABLE core.observation;--",
    "+84 912 345 678 / 004099001234 / a.b@example.vn",
    "{{ 7*7 }} {% raw %} {submission.__class__}",
]
FILE_NAME = "=cmd|' .2024\u202excod <b>&'\".xlsx"


class Page(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.fixture
def results(settings: Settings, shared: Path, caplog: pytest.LogCaptureFixture) -> tuple[str, bytes, str, Settings]:
    """Page, workbook and log of an F01 whose product names are an attack each."""
    book = openpyxl.load_workbook(shared / "samples" / "drop" / SENDER / "01_SCT-CN_2024_03.xlsx")
    sheet = book.worksheets[0]
    for row, text in enumerate(NASTY, start=19):
        sheet.cell(row, 2).value = text
        sheet.cell(row, 2).data_type = "s"
    sheet["G24"] = "khoảng 30\u202e =1+1"
    folder = settings.drop / SENDER
    folder.mkdir(parents=True)
    book.save(folder / FILE_NAME)
    with caplog.at_level(logging.DEBUG, logger="xanh"):
        (outcome,) = ingest.run(settings)
    assert outcome.verdict == "accepted_with_warnings"
    written = folder / "_phan-hoi"
    (page,) = written.glob("*.html")
    (workbook,) = written.glob("*.xlsx")
    return page.read_text(encoding="utf-8"), workbook.read_bytes(), caplog.text, settings


def strange(text: str) -> set[str]:
    return {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs") and c not in "\n\t\u00ad"}


def test_attacks_in_cells_and_names_arrive_as_plain_words(results: tuple[str, bytes, str, Settings]) -> None:
    page, workbook, log, settings = results
    parsed = Page()
    parsed.feed(page)
    assert not parsed.tags & {"script", "img", "iframe", "object", "a", "form", "link"}
    assert not {name for name in parsed.attributes if name.startswith("on")}
    assert parsed.links == []
    assert strange(page) == set()
    assert "=HYPERLINK(" in page
    assert "\\u202e" in page
    for secret in ("912 345 678", "004099001234", "a.b@example.vn"):
        assert secret not in page
    assert strange(log) == set()
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        front = archive.read("xl/worksheets/xanh1.xml").decode()
        comments = "".join(archive.read(name).decode() for name in archive.namelist() if "comments" in name)
    assert not re.search(r"<f[ >]", front)
    assert strange(front + comments) == set()
    assert 't="inlineStr"' in front
    with connect(settings, "reader") as connection:
        sentences = connection.execute("select message_vi || coalesce(value, '') from mart.issue").fetchall()
        count = connection.execute("select count(*) from mart.observation").fetchone()
    assert strange("".join(text for (text,) in sentences)) == set()
    assert count is not None
    assert count[0] > 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ông A 0912345678", "Ông A [số điện thoại đã che]"),
        ("+84 912 345 678", "[số điện thoại đã che]"),
        ("CCCD 004099001234", "CCCD [số định danh đã che]"),
        ("a.b@example.com.vn", "[thư điện tử đã che]"),
        ("4899100017", "4899100017"),
        ("123456789012", "123456789012"),
        ("13093000", "13093000"),
        ("0,912345678", "0,912345678"),
        ("1.234.567,89", "1.234.567,89"),
        ("Biểu số 01/SCT-CN", "Biểu số 01/SCT-CN"),
        ("CCCD 004 091 001 234", "CCCD [số định danh đã che]"),
        ("004.091.001.234", "[số định danh đã che]"),
        ("CMND: 080123456", "CMND: [số định danh đã che]"),
        ("CMND số 123 456 789", "CMND số [số định danh đã che]"),
        ("123 456 789", "123 456 789"),
        ("1.004.091.001.234", "1.004.091.001.234"),
        ("(0912) 345678", "[số điện thoại đã che]"),
        ("０９１２ ３４５ ６７８", "[số điện thoại đã che]"),
        ("x＠y.vn", "[thư điện tử đã che]"),
    ],
)
def test_personal_numbers_are_masked_and_figures_are_not(text: str, expected: str) -> None:
    assert mask_personal(text) == expected


def test_invisible_characters_are_spelt_out_and_vietnamese_stays() -> None:
    assert visible("Đường kính, hóa chất “cơ bản” – 5 m³") == "Đường kính, hóa chất “cơ bản” – 5 m³"
    assert visible("a\u202eb\x1b[2J\x00\u200b") == "a\\u202eb\\u001b[2J\\u0000\\u200b"
    assert harmless("x\ny") == "x\ny"


@pytest.mark.parametrize(
    "name",
    [
        "a.xlsx",
        "ệ" * 120 + ".xlsx",
        "..",
        ".hidden.xlsx",
        "~$lock.xlsx",
        "a/b\\c.xlsx",
        "x\u202ey.xlsx",
        "\udcff\udcfe.xls",
        " .csv",
    ],
    ids=ascii,
)
def test_a_feedback_name_fits_every_file_system(name: str, tmp_path: Path) -> None:
    made = outbox.feedback_name(name, 123456, "html")
    assert len(made.encode()) <= 255
    assert made.endswith("--123456.phan-hoi.html")
    assert not set(made) & set("/\\\0\u202e")
    assert not made.startswith((".", "~"))
    assert outbox.put(tmp_path, "ubnd/xa-hoa-an", made, b"x").read_bytes() == b"x"
    assert [path.name for path in (tmp_path / "ubnd" / "xa-hoa-an" / "_phan-hoi").iterdir()] == [made]


@pytest.mark.parametrize("link", ["ubnd", "ubnd/xa-hoa-an", "ubnd/xa-hoa-an/_phan-hoi"])
def test_feedback_never_goes_through_a_link(link: str, tmp_path: Path) -> None:
    drop, elsewhere = tmp_path / "drop", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (drop / link).parent.mkdir(parents=True)
    (drop / link).symlink_to(elsewhere)
    with pytest.raises(OSError, match=r".+"):
        outbox.put(drop, "ubnd/xa-hoa-an", "a.html", b"x")
    assert list(elsewhere.rglob("*")) == []


def test_a_file_that_a_link_points_to_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("keep")
    box = tmp_path / "drop" / "a" / "_phan-hoi"
    box.mkdir(parents=True)
    (box / "x.html").symlink_to(secret)
    outbox.put(tmp_path / "drop", "a", "x.html", b"new")
    assert secret.read_text() == "keep"
    assert (box / "x.html").read_bytes() == b"new"
