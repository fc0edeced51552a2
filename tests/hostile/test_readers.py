"""What the readers keep: exact numbers, kinds of cells, fonts, merges, what is hidden; from every container."""

from __future__ import annotations

import datetime
import os
import struct
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import biff_kit as biff
import ooxml_kit as kit
import pytest

from xanh.limits import Limits
from xanh.model import Cell, Merge, Sheet, Workbook
from xanh.parsing import readers
from xanh.parsing.child import ParserBroken, ParserChild
from xanh.parsing.formats import second
from xanh.parsing.gate import inspect_bytes
from xanh.parsing.unreadable import Unreadable


@pytest.fixture(scope="module")
def child() -> Iterator[ParserChild]:
    """One child for the module."""
    reader = ParserChild(Limits(files_per_child=10_000))
    yield reader
    reader.close()


Read = Callable[[bytes], Workbook]


@pytest.fixture
def read(child: ParserChild, tmp_path: Path) -> Read:
    """Reads bytes as a workbook."""

    def reading(content: bytes) -> Workbook:
        path = tmp_path / "file.bin"
        path.write_bytes(content)
        return child.read(path)

    return reading


def cells(content: str, **more: str) -> bytes:
    """A workbook with one row of cells."""
    return kit.xlsx(sheet1=kit.sheet(f'<row r="1">{content}</row>'), **more)


def first(workbook: Workbook, address: str = "A1") -> Cell:
    """The cell of the first sheet with that address."""
    return next(cell for cell in workbook.sheets[0].cells.values() if cell.address == address)


@pytest.mark.parametrize(
    ("stored", "exact"),
    [
        ("102.736", "102.736"),
        ("0.10000000000000001", "0.1"),
        ("1678271.9427000002", "1678271.9427000002"),
        ("9007199254740993", "9007199254740993"),
        ("1E-5", "0.00001"),
        ("1.5E+3", "1500"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_a_number_is_what_the_cell_holds(stored: str, exact: str, read: Read) -> None:
    cell = first(read(cells(f'<c r="A1"><v>{stored}</v></c>')))
    assert (cell.kind, cell.text, cell.number) == ("number", exact, Decimal(exact))


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ('<c r="A1" t="e"><v>#N/A</v></c>', "error", "#N/A"),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "error", "#DIV/0!"),
        ('<c r="A1"><f>SUM(B1:B9)</f></c>', "uncached", ""),
        ('<c r="A1"><f>SUM(B1:B9)</f><v></v></c>', "uncached", ""),
        ('<c r="A1" t="b"><v>1</v></c>', "bool", "TRUE"),
        ('<c r="A1" s="2"><v>45461</v></c>', "date", "2024-06-18"),
        ('<c r="A1" t="inlineStr"><is><t>Xi măng</t></is></c>', "text", "Xi măng"),
        ('<c r="A1" t="inlineStr"><is><r><t>Xi </t></r><r><t>măng</t></r></is></c>', "text", "Xi măng"),
        ('<c r="A1" t="str"><f>A2</f><v>a_x000A_b</v></c>', "text", "a\nb"),
        ("<c><v>7</v></c>", "number", "7"),
    ],
)
def test_the_kind_of_a_cell_is_never_lost(content: str, kind: str, text: str, read: Read) -> None:
    cell = first(read(cells(content)))
    assert (cell.kind, cell.text) == (kind, text)


def test_a_formula_whose_result_is_the_empty_text_is_an_empty_cell(read: Read) -> None:
    assert not read(cells('<c r="A1" t="str"><f>IF(B1=1,2,"")</f><v></v></c>')).sheets[0].cells


def test_zeros_of_a_writer_that_cannot_calculate_are_no_results(read: Read) -> None:
    content = '<c r="A1"><v>5</v></c><c r="B1"><f>A1*2</f><v>0</v></c>'
    recalculated = kit.workbook(extra='<calcPr fullCalcOnLoad="1"/>')
    assert first(read(cells(content, book=recalculated)), "B1").kind == "uncached"
    assert first(read(cells(content)), "B1").kind == "number"


def test_percent_comes_from_the_number_format(read: Read) -> None:
    cell = first(read(cells('<c r="A1" s="1"><v>0.85</v></c>')))
    assert (cell.text, cell.is_percent) == ("0.85", True)


def test_a_date_keeps_its_serial_number_and_the_epoch_of_the_workbook(read: Read) -> None:
    old = first(read(cells('<c r="A1" s="2"><v>59</v></c>')))
    assert (old.when, old.raw) == (datetime.date(1900, 2, 28), "59")
    mac = first(read(cells('<c r="A1" s="2"><v>43999</v></c>', book=kit.workbook(before='<workbookPr date1904="1"/>'))))
    assert mac.when == datetime.date(2024, 6, 18)


def test_a_legacy_font_decides_per_cell_and_per_run(read: Read) -> None:
    run = '<r><t>Cã </t></r><r><rPr><rFont val="Times New Roman"/></rPr><t>Cã</t></r>'
    shared = kit.strings("Sè l­îng", "GI¸ TRÞ", "Cã", run)
    content = "".join(
        f'<c r="{column}1" t="s" s="{style}"><v>{number}</v></c>'
        for column, style, number in (("A", 3, 0), ("B", 4, 1), ("C", 0, 2), ("D", 3, 3))
    )
    found = read(cells(content, shared=shared)).sheets[0].cells
    assert [found[1, column].text for column in (1, 2, 3, 4)] == ["Số lượng", "GIÁ TRỊ", "Cã", "Có Cã"]
    assert found[1, 1].raw == "Sè l­îng"


def test_merges_hidden_parts_and_states_of_sheets_are_told(read: Read) -> None:
    one = kit.sheet(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>99</v></c></row>'
        '<row r="2" hidden="1"><c r="C2"><v>2</v></c></row>',
        before='<cols><col min="3" max="16384" hidden="1"/></cols>',
        after='<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>',
    )
    names = {"Bieu 01": "visible", "Cu": "hidden", "An": "veryHidden"}
    more = {f"xl/worksheets/sheet{number}.xml": kit.sheet() for number in (2, 3)}
    workbook = read(kit.xlsx(sheet1=one, book=kit.workbook(names), rels=kit.relations(3), **more))
    sheet = workbook.sheets[0]
    assert sheet.merges == (Merge(1, 1, 1, 2),)
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {3})
    assert (1, 2) not in sheet.cells, "what a merged range hides is not read"
    assert [note.rule for note in workbook.notes] == ["U54"]
    assert [each.is_visible for each in workbook.sheets] == [True, False, False]


def test_prefixes_missing_addresses_and_disorder_are_read(read: Read) -> None:
    plain = kit.sheet('<row r="2"><c r="B2"><v>4</v></c></row><row r="1"><c><v>1</v></c><c><v>2</v></c></row>')
    space = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    prefixed = plain.replace(kit.NS, space).replace("</", "</x:").replace("<w", "<x:w")
    prefixed = prefixed.replace("<s", "<x:s").replace("<r", "<x:r").replace("<c", "<x:c").replace("<v", "<x:v")
    for sheet in (plain, prefixed):
        found = read(kit.xlsx(sheet1=sheet)).sheets[0].cells
        assert {place: cell.text for place, cell in found.items()} == {(2, 2): "4", (1, 1): "1", (1, 2): "2"}


def test_a_wrong_dimension_loses_nothing(read: Read) -> None:
    assert len(read(kit.xlsx(sheet1=kit.sheet(before='<dimension ref="A1:A1"/>'))).sheets[0].cells) == 4


def test_styled_cells_without_content_may_reach_to_the_end(read: Read) -> None:
    assert len(read(cells('<c r="A1"><v>1</v></c><c r="XFD1" s="1"/>')).sheets[0].cells) == 1


def test_macros_links_and_objects_are_noted_and_the_data_read(read: Read) -> None:
    linked = '<row r="1"><c r="A1"><f>[1]Sheet1!A1</f><v>5</v></c></row>'
    parts = kit.parts(sheet1=kit.sheet(linked))
    extra = {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": "<a/>", "xl/embeddings/o.bin": b"x"}
    workbook = read(kit.zipped({**parts, **extra}))
    assert workbook.container == "xlsm"
    assert sorted(note.rule for note in workbook.notes) == ["U50", "U51", "U53", "U56"]


def test_our_feedback_sheet_is_set_aside_with_its_submission(read: Read) -> None:
    custom = (
        '<Properties><property fmtid="x" pid="2" name="xanh-submission-id"><vt:lpwstr xmlns:vt="v">417</vt:lpwstr>'
        "</property></Properties>"
    )
    names = {"Bieu 01": "visible", "Phản hồi": "visible"}
    title = '<row r="1"><c r="A1" t="inlineStr"><is><t>PHẢN HỒI HỒ SƠ SỐ 417</t></is></c></row>'
    more = {"xl/worksheets/sheet2.xml": kit.sheet(title)}
    book = {"book": kit.workbook(names), "rels": kit.relations(2)}
    for extra in ({"docProps/custom.xml": custom}, {}):
        workbook = read(kit.xlsx(**book, **more, **extra))
        assert workbook.corrects == "417"
        assert [sheet.name for sheet in workbook.sheets] == ["Bieu 01"]
        assert workbook.feedback is not None


def test_xls_tells_kinds_fonts_formats_merges_and_what_is_hidden(read: Read) -> None:
    content = (
        biff.label(0, 0, "Sè l­îng", 18)
        + biff.number(0, 1, 0.85, 16)
        + biff.number(0, 2, 45461.0, 17)
        + biff.error(1, 0, 0x2A)
        + biff.number(1, 1, 0.1)
        + biff.label(1, 2, "che")
    )
    merged = biff.record(0xE5, struct.pack("<HHHHH", 1, 1, 1, 1, 2))
    hidden = biff.record(0x208, struct.pack("<HHHHHHI", 1, 0, 3, 255, 0, 0, 0x20))
    workbook = read(biff.xls(biff.stream(hidden + content, sheet_extra=merged, fonts=[".VnTime"], state=1)))
    sheet: Sheet = workbook.sheets[0]
    assert [(cell.kind, cell.text, cell.is_percent) for cell in sheet.cells.values()] == [
        ("text", "Số lượng", False),
        ("number", "0.85", True),
        ("date", "2024-06-18", False),
        ("error", "#N/A", False),
        ("number", "0.1", False),
    ]
    assert sheet.merges == (Merge(2, 2, 2, 3),)
    assert sheet.hidden_rows == {2}
    assert not sheet.is_visible


def test_xls_formulas_that_nobody_calculated_are_no_blanks(read: Read) -> None:
    def formula(column: int, result: bytes) -> bytes:
        return biff.record(0x06, struct.pack("<HHH", 0, column, 15) + result + bytes(6) + b"\x03\x00\x1e\x01\x00")

    empty, seven = struct.pack("<Q", 0xFFFF000000000003), struct.pack("<d", 7.0)
    never = read(biff.xls(biff.stream(biff.label(1, 0, "x") + formula(1, empty) + formula(2, empty))))
    assert [(cell.address, cell.kind) for cell in never.sheets[0].cells.values()] == [
        ("B1", "uncached"),
        ("C1", "uncached"),
        ("A2", "text"),
    ]
    once = read(biff.xls(biff.stream(formula(1, empty) + formula(2, seven))))
    assert [(cell.address, cell.text) for cell in once.sheets[0].cells.values()] == [("C1", "7")]


def test_xlsb_tells_kinds_and_percent(read: Read) -> None:
    def cell(column: int, kind: int, value: bytes, style: int = 0) -> bytes:
        return kit.record(kind, struct.pack("<II", column, style) + value)

    row = kit.record(0, struct.pack("<IIHBB", 0, 0, 300, 0, 0) + bytes(5))
    content = row + cell(0, 7, bytes(4)) + cell(1, 5, struct.pack("<d", 0.85), 1) + cell(2, 3, b"\x2a")
    content += cell(3, 2, struct.pack("<I", 1250 << 2 | 3)) + cell(4, 9, struct.pack("<d", 7.0) + bytes(8))
    found = read(kit.xlsb(content)).sheets[0].cells.values()
    assert [(each.kind, each.text, each.is_percent) for each in found] == [
        ("text", "Xi măng", False),
        ("number", "0.85", True),
        ("error", "#N/A", False),
        ("number", "12.5", False),
        ("number", "7", False),
    ]


def test_ods_tells_kinds_repeats_and_spans(read: Read) -> None:
    value = '<table:table-cell office:value-type="{}" office:{}="{}"{}/>'
    row = (
        '<table:table-cell office:value-type="string" table:number-columns-spanned="2"><text:p>Xi <text:s text:c="2"/>'
        "măng</text:p></table:table-cell><table:covered-table-cell/>"
        + value.format("float", "value", "12.50", ' table:number-columns-repeated="2"')
        + value.format("percentage", "value", "0.85", "")
        + value.format("date", "date-value", "2024-06-18", "")
        + '<table:table-cell table:formula="of:=1/0" office:value-type="string"><text:p>#DIV/0!</text:p>'
        + "</table:table-cell>"
    )
    table = f'<table:table table:name="T"><table:table-row>{row}</table:table-row></table:table>'
    sheet = read(kit.ods(table)).sheets[0]
    assert [(cell.address, cell.kind, cell.text, cell.is_percent) for cell in sheet.cells.values()] == [
        ("A1", "text", "Xi   măng", False),
        ("C1", "number", "12.5", False),
        ("D1", "number", "12.5", False),
        ("E1", "number", "0.85", True),
        ("F1", "date", "2024-06-18", False),
        ("G1", "error", "#DIV/0!", False),
    ]
    assert sheet.merges == (Merge(1, 1, 1, 2),)


def test_docx_is_one_sheet_with_the_title_above_the_table(read: Read) -> None:
    def paragraph(text: str) -> str:
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    wide, top, below = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        cell("TT") + cell("Nội dung", wide),
        cell("1", top) + cell("a") + cell("3"),
        cell("", below) + cell("b") + cell("4"),
    )
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    sheet = read(kit.docx(paragraph("Biểu số 08/UBND") + table)).sheets[0]
    assert {each.address: each.text for each in sheet.cells.values()} == {
        "A1": "Biểu số 08/UBND",
        "A2": "TT",
        "B2": "Nội dung",
        "A3": "1",
        "B3": "a",
        "C3": "3",
        "B4": "b",
        "C4": "4",
    }
    assert set(sheet.merges) == {Merge(2, 2, 2, 3), Merge(3, 1, 4, 1)}


CSV = "Mã cửa hàng;Tên;Tháng;Túi\nST01;Siêu thị Hoàng Đình;06/2025;1234,5\nST02;Chợ Xanh;06/2025;Có\n"


def _cp1258(text: str) -> bytes:
    whole = b""
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        tones = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        whole += base.encode("cp1258") + tones.encode("cp1258")
    return whole


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode(),
        CSV.encode("utf-8-sig"),
        CSV.encode("utf-16"),
        CSV.encode("utf-16-le"),
        CSV.encode("utf-16-be"),
        unicodedata.normalize("NFD", CSV).encode(),
        _cp1258(CSV),
        CSV.encode().decode("latin-1").encode(),
        CSV.replace("\n", "\r\n").encode(),
        CSV.replace("\n", "\r").encode(),
        CSV.replace(";", "\t").encode(),
        CSV.replace(";", "|").encode(),
        ("sep=;\n" + CSV).encode(),
        CSV.replace(";", ",").replace("1234,5", '"1234,5"').encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "le", "be", "nfd", "cp1258", "misread", "crlf", "cr", "tab", "pipe", "sep", "comma"],
)
def test_text_is_read_from_any_encoding_and_with_any_separator(content: bytes, read: Read) -> None:
    found = [cell.text for cell in read(content).sheets[0].cells.values() if not cell.text.startswith("sep")]
    assert found == [field for line in CSV.splitlines() for field in line.split(";")]


def test_a_shifted_record_of_a_csv_is_noted_with_its_line(read: Read) -> None:
    (note,) = read(b"a;b;c\n1;2;3\n1;2;3;4\n1;2;3\n").notes
    assert (note.rule, note.cell, note.params["fields"]) == ("U57", "A3", "4")


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("a;b;c\n1;2;3\n4\n1;2;3\n", ["3"]),
        ("a;b;c\n1;2;3\n1;2;3\nGhi chú cuối bảng\n", []),
        ("Biểu số 05\n\na;b;c\n1;2;3\n1;2\n", ["5"]),
        ("sep=;\na;b;c\n1;2;3\n1;2\n1;2;3\n", ["4"]),
    ],
)
def test_titles_and_notes_around_a_table_are_no_shifted_records(content: str, lines: list[str], read: Read) -> None:
    assert [note.params["line"] for note in read(content.encode()).notes] == lines


def test_a_lone_ditto_mark_is_no_quote(read: Read) -> None:
    content = 'Sản phẩm;ĐVT;Số\nXi măng;tấn;1\nGạch;";2\nĐường;";3\nRượu;"lít; thùng";4\n'
    found = read(content.encode()).sheets[0].cells
    assert [found[row, 2].text for row in (2, 3, 4, 5)] == ["tấn", '"', '"', "lít; thùng"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "content",
    [
        kit.xlsx(**{"docProps/custom.xml": "<property " * 400_000}),
        kit.xlsx(
            styles=f'{kit.HEAD}<styleSheet {kit.NS}><numFmts><numFmt numFmtId="164" formatCode="{"[$-" * 100_000}"/></numFmts>'
            '<cellXfs><xf numFmtId="164" fontId="0"/></cellXfs></styleSheet>'
        ),
        f"<html><style>{'.a{' * 60_000}</style><table><tr><td>1</td></tr></table></html>".encode(),
    ],
    ids=["properties", "a number format", "a style sheet"],
)
def test_what_is_opened_thousands_of_times_and_never_closed_costs_no_more_than_its_length(
    content: bytes, read: Read
) -> None:
    assert read(content).sheets[0].cells


def test_an_empty_value_is_an_empty_cell(read: Read) -> None:
    assert not read(cells('<c r="A1" t="s"><v></v></c><c r="B1" t="e"><v/></c><c r="C1"><v/></c>')).sheets[0].cells


def test_content_decides_and_not_the_name(read: Read) -> None:
    assert read(kit.xlsx()).container == "xlsx"
    assert read(b"<html><table><tr><td>Xi</td><td x:num='12.5'>12,5</td></tr></table></html>").container == "html"
    assert read(kit.zipped({"gui/bao cao.xlsx": kit.xlsx(), "__MACOSX/._x": b"x"})).container == "xlsx"


def test_a_count_of_texts_that_is_a_little_wrong_is_no_attack(read: Read) -> None:
    shared = kit.strings("Sản phẩm", "Tháng 6", "Xi măng", counts='count="40" uniqueCount="30"')
    assert len(read(kit.xlsx(shared=shared)).sheets[0].cells) == 4


@pytest.fixture
def dying(dying_script: Path) -> Iterator[ParserChild]:
    """A reader whose child dies, hangs or errs by the name of the file."""
    reader = ParserChild(Limits(cpu_seconds=1, wall_seconds=20))
    reader.script = dying_script
    yield reader
    reader.close()


@pytest.mark.parametrize("is_asked", [False, True], ids=["read", "asked for ahead"])
def test_a_child_that_dies_is_a_verdict_and_the_next_file_is_read(
    is_asked: bool, dying: ParserChild, tmp_path: Path
) -> None:
    for name, rule in (("abort", "U20"), ("error", "U21"), ("hang", "U22")):
        (tmp_path / name).write_bytes(kit.xlsx())
        if is_asked:
            dying.ask(tmp_path / name)
        with pytest.raises(Unreadable) as found:
            dying.read(tmp_path / name)
        assert found.value.rule == rule
    (tmp_path / "good").write_bytes(kit.xlsx())
    assert len(dying.read(tmp_path / "good").sheets[0].cells) == 4


def test_the_answer_of_a_file_asked_for_ahead_is_never_taken_for_another(dying: ParserChild, tmp_path: Path) -> None:
    for name in ("first", "other"):
        (tmp_path / name).write_bytes(kit.xlsx(shared=kit.strings(name, "Tháng 6", "Xi măng")))
    dying.ask(tmp_path / "first")
    assert dying.read(tmp_path / "other").sheets[0].cells[1, 1].text == "other"
    dying.ask(tmp_path / "abort")
    assert dying.read(tmp_path / "first").sheets[0].cells[1, 1].text == "first"


@pytest.mark.parametrize("received", range(2, 7))
def test_what_is_left_of_an_interrupted_answer_is_never_taken_for_another_file(
    received: int, child: ParserChild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("first", "other"):
        (tmp_path / name).write_bytes(kit.xlsx(shared=kit.strings(name, "Tháng 6", "Xi măng")))
    child.read(tmp_path / "other")
    pieces, exactly = iter(range(received)), child._exactly

    def interrupted(*asked: Any) -> bytes:
        if next(pieces) == received - 1:
            raise KeyboardInterrupt
        return exactly(*asked)

    monkeypatch.setattr(child, "_exactly", interrupted)
    with pytest.raises(KeyboardInterrupt):
        child.read(tmp_path / "first")
    monkeypatch.undo()
    for name in ("other", "first"):
        assert child.read(tmp_path / name).sheets[0].cells[1, 1].text == name


def test_an_answer_that_is_for_another_file_is_a_fault_of_ours_and_taken_by_nobody(
    child: ParserChild, tmp_path: Path
) -> None:
    for name in ("first", "other"):
        (tmp_path / name).write_bytes(kit.xlsx(shared=kit.strings(name, "Tháng 6", "Xi măng")))
    child.ask(tmp_path / "first")
    child._asked = None  # as when the program was interrupted between the request and its note
    with pytest.raises(ParserBroken, match="another file"):
        child.read(tmp_path / "other")
    for name in ("other", "first"):
        assert child.read(tmp_path / name).sheets[0].cells[1, 1].text == name


def test_a_number_that_two_readers_see_differently_makes_the_file_unreadable() -> None:
    """Our reader's cell is changed here, as a defect of one of the two would."""
    content = biff.xls()
    container = inspect_bytes(content, Limits(), is_nested=False)
    (grid, *_), *_ = readers._READERS["xls"](container, Limits())
    second.confirm(content, [grid])
    position, cell = next((place, cell) for place, cell in grid.cells.items() if cell[2] == "number")
    grid.cells[position] = (*cell[:3], "77", *cell[4:])
    with pytest.raises(Unreadable) as found:
        second.confirm(content, [grid])
    assert (found.value.rule, found.value.cell) == ("U19", grid.address(*position))


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="the kernel tells limits of processes in /proc")
def test_the_child_is_isolated_and_under_limits(child: ParserChild, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(kit.xlsx())
    child.read(tmp_path / "file")
    process = child._process
    assert process is not None
    place = Path(f"/proc/{process.pid}")
    assert b"\0-I\0" in (place / "cmdline").read_bytes()
    assert b"XANH" not in (place / "environ").read_bytes()
    stated = {line[:26].strip(): line[26:].split()[0] for line in (place / "limits").read_text().splitlines()}
    limits = Limits()
    assert stated["Max address space"] == str(limits.memory_bytes)
    assert int(stated["Max address space"]) <= 1 << 30
    assert stated["Max open files"] == str(limits.open_files)
    assert stated["Max core file size"] == "0"
    assert int(stated["Max cpu time"]) < 60
    assert os.getpgid(process.pid) == process.pid
    told = (place / "net" / "dev").read_text().splitlines()[2:]
    if subprocess.run(["unshare", "--net", "true"], check=False).returncode == 0:
        assert [line.split(":")[0].strip() for line in told] == ["lo"]
