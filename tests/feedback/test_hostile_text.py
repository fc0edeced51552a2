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
from openpyxl.comments import Comment

from xanh.database.warehouse import connect
from xanh.feedback import outbox
from xanh.language.harmless import harmless, mask_personal, visible
from xanh.limits import Limits
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
TABLES = (
    "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables where schemaname !~ '^(pg_|inf)'"
)
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


PERSONAL = ("0912 345 678", "0912345678", "004091001234", "nguoi.lap@example.gov.vn")
SECRETS = (*PERSONAL, "912345678", "x@example")
EXPORT = (
    "ma_cua_hang;ten;thang;tui_nilon_cai;tui_nilon_kg;tui_tsh_cai;tui_giay_cai;so_hoa_don;lien_he\n"
    "ST01;Siêu thị A {0};06/2025;{1};12,5;100;50;900;{3}\nST02;Siêu thị B;06/2025;2000;12,5;100;50;900;{2}\n"
)


def _personal_everywhere(path: Path, folder: Path) -> None:
    """Personal data where no form asks for them: names of file and sheets, cells, comment, header, properties."""
    every = " ".join(PERSONAL)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for cell in (*sheet[1], *sheet[2], *sheet[3], sheet["B20"]):
        if isinstance(cell.value, str):
            cell.value = f"{cell.value} {every}"
    sheet.append(["", f"Người lập: {every}"])
    sheet["B12"].comment = Comment(every, every)
    sheet.oddHeader.center.text = book.properties.creator = book.properties.title = every
    sheet.title = "B 0912345678 004091001234"
    hidden = book.create_sheet("x@example.gov.vn")
    hidden.append([every])
    hidden.sheet_state = "hidden"
    folder.mkdir(parents=True)
    book.save(folder / f"{every}.xlsx")
    (folder / "0912345678.csv").write_text(EXPORT.format(*PERSONAL), encoding="utf-8-sig")
    (folder / "nguoi.lap@example.gov.vn.tmp").write_bytes(b"left alone")


def test_personal_data_anywhere_in_a_file_stay_in_the_archive(
    settings: Settings, shared: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = settings.drop / SENDER
    _personal_everywhere(shared / "samples" / "drop" / SENDER / "01_SCT-CN_2024_03.xlsx", folder)
    with caplog.at_level(logging.DEBUG, logger="xanh"):
        outcomes = ingest.run(settings)
    assert [outcome.verdict for outcome in outcomes] == ["accepted_with_warnings"] * 2, outcomes
    told = [caplog.text, *(path.read_text(encoding="utf-8-sig") for path in folder.glob("_*/*.[ht]*"))]
    with connect(settings, "owner") as connection:
        tables = connection.execute(TABLES).fetchall()
        for (table,) in tables:
            told += [row for (row,) in connection.execute(f"select t::text from {table} as t").fetchall()]  # type: ignore[arg-type]
    assert len(tables) > 50
    assert len(told) > 1000
    assert [text for text in told if any(secret in text for secret in SECRETS)] == []


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
        ("0912\u00a0345\u00a0678", "[số điện thoại đã che]"),
        ("0912–345–678", "[số điện thoại đã che]"),
        ("0912\u200b345\u200b678", "[số điện thoại đã che]"),
        ("+84 (0) 912 345 678", "[số điện thoại đã che]"),
        ("004\u00a0091\u00a0001\u00a0234", "[số định danh đã che]"),
        ("Biểu 05 30.06.2025", "Biểu 05 30.06.2025"),
        ("Biểu 03 - 15-08-2025", "Biểu 03 - 15-08-2025"),
        ("Tháng 05\n12345678", "Tháng 05\n12345678"),
    ],
)
def test_personal_numbers_are_masked_and_figures_are_not(text: str, expected: str) -> None:
    assert mask_personal(text) == expected


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "piece", ["a", "a.", "a@", "x@a.-", "1", "0", "1.000", "012 345 ", "0912 ", "cccd ", "(0)9", "１"]
)
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    assert harmless(piece * 200_000 + " 1 2 3 4 5 6 7 8 9 @")


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
    assert outbox.put(tmp_path, Limits(), "ubnd/xa-hoa-an", made, b"x").read_bytes() == b"x"
    assert [path.name for path in (tmp_path / "ubnd" / "xa-hoa-an" / "_phan-hoi").iterdir()] == [made]


@pytest.mark.parametrize("link", ["ubnd", "ubnd/xa-hoa-an", "ubnd/xa-hoa-an/_phan-hoi"])
def test_feedback_never_goes_through_a_link(link: str, tmp_path: Path) -> None:
    drop, elsewhere = tmp_path / "drop", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (drop / link).parent.mkdir(parents=True)
    (drop / link).symlink_to(elsewhere)
    with pytest.raises(OSError, match=r".+"):
        outbox.put(drop, Limits(), "ubnd/xa-hoa-an", "a.html", b"x")
    assert list(elsewhere.rglob("*")) == []


def test_a_file_that_a_link_points_to_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("keep")
    box = tmp_path / "drop" / "a" / "_phan-hoi"
    box.mkdir(parents=True)
    (box / "x.html").symlink_to(secret)
    outbox.put(tmp_path / "drop", Limits(), "a", "x.html", b"new")
    assert secret.read_text() == "keep"
    assert (box / "x.html").read_bytes() == b"new"
