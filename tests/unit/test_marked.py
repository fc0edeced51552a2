"""The marked workbook keeps everything of the original, marks exactly the wrong cells, and holds no live text."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from xanh.feedback.marked import mark
from xanh.feedback.marks.front import FIRST_TASK_ROW, Front
from xanh.feedback.marks.package import NotPatchable
from xanh.feedback.marks.styles import FILLS
from xanh.feedback.marks.words import SHEET, TITLE
from xanh.feedback.tasks import Task, tasks
from xanh.model import Issue, Severity

FRONT = Front(17, "CHƯA NHẬN", "Tệp “=1+1”", "Sửa và gửi lại.", ["Số liệu đúng theo thực tế", "Lý do khác"])
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def issue(
    cell: str | None,
    severity: Severity = "critical",
    rule: str = "G05",
    sheet: str | None = "Số liệu",
    value: str = "-1",
) -> Issue:
    return Issue(severity, rule, "department", f"Ô {cell} sai: {value}", f"{cell} wrong", sheet, cell, value)


def todo(*issues: Issue) -> tuple[Task, ...]:
    return tasks(issues, {})


def rich_workbook() -> bytes:
    """Formulas, formats, merges, widths, image, chart, rule, list, comments, two sheets, names, a print area."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Số liệu"
    sheet.append(["Biểu số 01", None, None])
    sheet.merge_cells("A1:C1")
    for row in ([1, "Xi măng", 1234.5], [2, "Gạch", 99], [3, "Tổng", "=SUM(C2:C3)"]):
        sheet.append(row)
    sheet["C2"].number_format = "#,##0.00"
    sheet["B2"].font = Font(name="Times New Roman", bold=True)
    sheet["B3"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet.column_dimensions["B"].width = 33
    sheet.row_dimensions[2].height = 44
    sheet["B2"].comment = Comment("Ghi chú của đơn vị", "Nguyễn")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=2, max_row=3))
    sheet.add_chart(chart, "E5")
    sheet.conditional_formatting.add("C2:C3", CellIsRule("greaterThan", ["1000"], fill=PatternFill(bgColor="FFFF0000")))
    check = DataValidation("list", formula1='"a,b"')
    check.add("D2")
    sheet.add_data_validation(check)
    sheet.print_area = "A1:C4"
    other = book.create_sheet("Khác")
    other["A1"] = '=HYPERLINK("http://example.invalid")'
    other.sheet_state = "hidden"
    book.active = 0
    stream = io.BytesIO()
    book.save(stream)
    return with_image(stream.getvalue())


def with_image(content: bytes) -> bytes:
    """An image beside the chart, as Excel would put it into the drawing."""
    stream = io.BytesIO()
    picture = (
        "<oneCellAnchor><from><col>4</col><colOff>0</colOff><row>0</row><rowOff>0</rowOff></from>"
        '<ext cx="9525" cy="9525"/>'
        '<pic><nvPicPr><cNvPr id="9" name="Logo"/><cNvPicPr/></nvPicPr><blipFill>'
        '<a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="rId9"/></blipFill>'
        "<spPr/></pic><clientData/></oneCellAnchor></wsDr>"
    )
    relation = (
        '<Relationship Id="rId9" Target="/xl/media/image1.png" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in parts(content).items():
            changed = {
                "[Content_Types].xml": part.replace(
                    b"<Override", b'<Default Extension="png" ContentType="image/png"/><Override', 1
                ),
                "xl/drawings/drawing1.xml": part.replace(b"</wsDr>", picture.encode()),
                "xl/drawings/_rels/drawing1.xml.rels": part.replace(b"</Relationships>", relation.encode()),
            }
            archive.writestr(name, changed.get(name, part))
        archive.writestr("xl/media/image1.png", PIXEL)
    return stream.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def cells_of(content: bytes, *, formulas: bool = True) -> dict[tuple[str, str], tuple[object, str, bool, str]]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=not formulas)
    return {
        (sheet.title, cell.coordinate): (cell.value, cell.number_format, cell.font.b, cell.font.name)
        for sheet in book
        if sheet.title != SHEET
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def marks_of(content: bytes) -> set[tuple[str, str, str]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        (sheet.title, cell.coordinate, cell.fill.fgColor.rgb)
        for sheet in book
        if sheet.title != SHEET
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in FILLS.values()
    }


def test_values_formulas_and_formats_stay() -> None:
    original = rich_workbook()
    assert cells_of(mark(original, FRONT, todo(issue("C2"), issue("B3", "warning")))) == cells_of(original)


def test_parts_that_carry_no_mark_are_the_same_bytes() -> None:
    original = parts(rich_workbook())
    marked = parts(mark(rich_workbook(), FRONT, todo(issue("C2"))))
    touched = {
        "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels", "xl/worksheets/sheet2.xml",
    }  # fmt: skip
    touched |= {name for name in original if "comments" in name.lower() or name.endswith(".vml")}
    assert set(original) <= set(marked)
    assert {name for name in original if original[name] != marked[name]} <= touched
    assert {name for name in original if "/media/" in name or "/charts/" in name}


def test_merges_widths_rules_lists_names_and_hidden_sheets_stay() -> None:
    original = openpyxl.load_workbook(io.BytesIO(rich_workbook()))
    marked = openpyxl.load_workbook(io.BytesIO(mark(rich_workbook(), FRONT, todo(issue("C2")))))
    for name in original.sheetnames:
        before, after = original[name], marked[name]
        assert str(before.merged_cells) == str(after.merged_cells)
        assert before.sheet_state == after.sheet_state
        assert {k: d.width for k, d in before.column_dimensions.items()} == {
            k: d.width for k, d in after.column_dimensions.items()
        }
        assert {k: d.height for k, d in before.row_dimensions.items()} == {
            k: d.height for k, d in after.row_dimensions.items()
        }
        assert len(before.conditional_formatting) == len(after.conditional_formatting)
        assert before.data_validations.count == after.data_validations.count
        assert before.print_area == after.print_area


def test_exactly_the_wrong_cells_are_coloured_by_severity() -> None:
    marked = mark(rich_workbook(), FRONT, todo(issue("C2"), issue("C3", "warning"), issue("F9"), issue(None)))
    red, yellow = FILLS["critical"], FILLS["warning"]
    assert marks_of(marked) == {("Số liệu", "C2", red), ("Số liệu", "C3", yellow), ("Số liệu", "F9", red)}


def test_a_sum_marks_both_of_its_cells() -> None:
    marked = mark(rich_workbook(), FRONT, todo(issue("B2+C2")))
    assert {cell for _, cell, _ in marks_of(marked)} == {"B2", "C2"}


def test_every_marked_cell_has_a_comment_that_says_what_is_wrong_and_the_departments_own_comment_stays() -> None:
    book = openpyxl.load_workbook(io.BytesIO(mark(rich_workbook(), FRONT, todo(issue("C2"), issue("B2")))))
    sheet = book["Số liệu"]
    assert "Ô C2 sai: -1" in sheet["C2"].comment.text
    assert "(Quy tắc G05)" in sheet["C2"].comment.text
    assert sheet["B2"].comment.text.startswith("Ghi chú của đơn vị")
    assert "Ô B2 sai" in sheet["B2"].comment.text


def test_the_front_sheet_lists_root_causes_with_links_to_the_first_cell() -> None:
    found = [issue(f"C{row}", "warning", "F01-INDEX") for row in range(2, 42)] + [issue("D7")]
    book = openpyxl.load_workbook(io.BytesIO(mark(rich_workbook(), FRONT, todo(*found))))
    sheet = book.worksheets[0]
    assert sheet.title == SHEET
    assert sheet["A1"].value == f"{TITLE} 17"
    rows = list(sheet.iter_rows(min_row=FIRST_TASK_ROW, values_only=True))
    assert [(row[3], row[6]) for row in rows] == [("D7", 1), ("C2", 40)]
    links = [sheet[cell].hyperlink.location for cell in ("D8", "D9")]
    assert links == ["'Số liệu'!D7", "'Số liệu'!C2"]
    assert book.active.title == SHEET


def test_the_clerk_can_choose_a_reason_only_for_warnings() -> None:
    book = openpyxl.load_workbook(io.BytesIO(mark(rich_workbook(), FRONT, todo(issue("C2"), issue("B3", "warning")))))
    (check,) = book.worksheets[0].data_validations.dataValidation
    assert str(check.sqref) == f"I{FIRST_TASK_ROW + 1}"
    assert check.formula1 == '"Số liệu đúng theo thực tế,Lý do khác"'


NASTY = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "a\x00\x1b[2Jb",
    "‮gpj.exe",
    "_x0041_",
]


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_text_from_a_file_stays_text_in_the_marked_workbook(text: str) -> None:
    marked = parts(mark(rich_workbook(), FRONT, todo(issue("C2", value=text))))
    front = marked["xl/worksheets/xanh1.xml"].decode()
    assert "<f>" not in front
    assert "<f " not in front
    assert "\x00" not in front
    assert "\u202e" not in front
    assert b"<script" not in marked["xl/worksheets/xanh1.xml"]
    book = openpyxl.load_workbook(io.BytesIO(mark(rich_workbook(), FRONT, todo(issue("C2", value=text)))))
    cell = book.worksheets[0].cell(FIRST_TASK_ROW, 5)
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_names_that_belong_to_a_sheet_follow_it_when_ours_comes_in_front() -> None:
    book = openpyxl.load_workbook(io.BytesIO(mark(rich_workbook(), FRONT, ())))
    assert book["Số liệu"].print_area == "'Số liệu'!$A$1:$C$4"
    assert book[SHEET].print_title_rows == "$7:$7"


def test_the_submission_is_a_property_of_the_file() -> None:
    book = openpyxl.load_workbook(io.BytesIO(mark(rich_workbook(), FRONT, ())))
    assert {prop.name: prop.value for prop in book.custom_doc_props.props} == {"xanh-submission-id": "17"}


def test_a_marked_workbook_that_comes_back_is_marked_anew_without_the_old_marks() -> None:
    first = mark(rich_workbook(), FRONT, todo(issue("C2"), issue("B2")))
    again = mark(first, Front(18, "CHƯA NHẬN", "", "", []), todo(issue("C3")))
    book = openpyxl.load_workbook(io.BytesIO(again))
    assert book.sheetnames == [SHEET, "Số liệu", "Khác"]
    assert book.worksheets[0]["A1"].value == f"{TITLE} 18"
    assert {cell for _, cell, _ in marks_of(again)} == {"C3"}
    sheet = book["Số liệu"]
    assert sheet["C2"].comment is None
    assert sheet["B2"].comment.text.strip() == "Ghi chú của đơn vị"
    assert cells_of(again) == cells_of(rich_workbook())
    assert sheet.print_area == "'Số liệu'!$A$1:$C$4"
    assert {prop.name: prop.value for prop in book.custom_doc_props.props} == {"xanh-submission-id": "18"}


def test_a_file_saved_by_openpyxl_after_marking_is_recognised_and_marked_anew() -> None:
    book = openpyxl.load_workbook(io.BytesIO(mark(rich_workbook(), FRONT, todo(issue("C2")))))
    book["Số liệu"]["C2"] = 5
    stream = io.BytesIO()
    book.save(stream)
    again = openpyxl.load_workbook(io.BytesIO(mark(stream.getvalue(), FRONT, todo(issue("C3")))))
    assert again.sheetnames == [SHEET, "Số liệu", "Khác"]
    assert again["Số liệu"]["C2"].comment is None
    assert again["Số liệu"]["C2"].value == 5


def test_the_same_input_gives_the_same_bytes() -> None:
    original = rich_workbook()
    assert mark(original, FRONT, todo(issue("C2"))) == mark(original, FRONT, todo(issue("C2")))


def test_what_is_no_workbook_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
    with pytest.raises(NotPatchable):
        mark(stream.getvalue(), FRONT, ())


def soffice() -> str:
    found = shutil.which("soffice")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is needed to see that it opens marked workbooks")
        pytest.skip("LibreOffice (soffice) is not installed")
    return found


def opened_by_libreoffice(content: bytes, folder: Path) -> bytes:
    """The workbook as LibreOffice saves it again."""
    source = folder / "marked.xlsx"
    source.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command: Sequence[str] = [
        soffice(),
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return (folder / "out" / "marked.xlsx").read_bytes()


@pytest.mark.slow
def test_libreoffice_opens_a_marked_workbook_and_keeps_marks_and_comments(tmp_path: Path) -> None:
    marked = mark(rich_workbook(), FRONT, todo(issue("C2"), issue("B2", "warning")))
    saved = opened_by_libreoffice(marked, tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(saved))
    assert book.sheetnames == [SHEET, "Số liệu", "Khác"]
    assert {(cell, colour) for _, cell, colour in marks_of(saved)} == {
        ("C2", FILLS["critical"]),
        ("B2", FILLS["warning"]),
    }
    assert "Ô C2 sai" in book["Số liệu"]["C2"].comment.text
    assert book["Số liệu"]["C4"].value == "=SUM(C2:C3)"
    assert mark(saved, FRONT, ())


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("xl/workbook.xml", b'sheetId="1"', b'sheetId="x"'),
        ("xl/styles.xml", b'fillId="0"', b'fillId="abc"'),
        ("xl/worksheets/sheet1.xml", b' r="2"', b' r="two"'),
    ],
)
def test_a_number_of_the_package_that_is_none_makes_it_not_patchable(part: str, before: bytes, after: bytes) -> None:
    """Readers look past such an attribute; a copy of the values is marked instead."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts(rich_workbook()).items():
            archive.writestr(name, content.replace(before, after) if name == part else content)
    with pytest.raises(NotPatchable):
        mark(target.getvalue(), FRONT, todo(issue("C2")))
