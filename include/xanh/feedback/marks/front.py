"""The sheet "Phản hồi" in front of the department's own: verdict, tasks with links, a place to confirm a value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from xanh.feedback.marks.package import MAIN, OFFICE, Package, tag
from xanh.feedback.marks.styles import FILLS, Look, Styles
from xanh.feedback.marks.words import HEADINGS, SHEET, TITLE
from xanh.feedback.tasks import Task
from xanh.language.harmless import harmless

FIRST_TASK_ROW = 8
_WIDTHS = (4, 11, 12, 8, 15, 62, 6, 15, 24, 18, 60)
_SEVERITY = {"critical": "Phải sửa", "warning": "Cần kiểm tra"}
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_LONGEST = 32_000
"""Characters that Excel allows in one cell, with some room."""
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Front:
    """What the sheet says besides its tasks. All lines are plain text."""

    submission_id: int
    verdict: str
    source: str
    advice: str
    reasons: Sequence[str]
    """What a clerk may choose to confirm a value."""


class _Cell(NamedTuple):
    text: str | int
    style: int


def add_front(package: Package, workbook: str, styles: Styles, front: Front, tasks: Sequence[Task]) -> None:
    """Puts the sheet before all others and makes it the one that opens."""
    part = package.free_name("xl/worksheets/xanh{}.xml")
    root = package.tree(workbook)
    sheets = root.find(tag("sheets"))
    if sheets is None:
        sheets = etree.SubElement(root, tag("sheets"))
    names = {sheet.get("name", "").casefold() for sheet in sheets}
    name = SHEET if SHEET.casefold() not in names else f"{SHEET} {front.submission_id}"
    rid = package.relations(workbook).add("worksheet", part)
    number = max([0, *(int(sheet.get("sheetId", "0")) for sheet in sheets)]) + 1
    entry = etree.Element(
        tag("sheet"), {"name": name, "sheetId": str(number), f"{{{OFFICE}}}id": rid}, nsmap={"r": OFFICE}
    )
    sheets.insert(0, entry)
    shift_positions(root, by=1)
    _print_area(root, name, FIRST_TASK_ROW + max(1, len(tasks)) - 1)
    package.add(part, _sheet(styles, front, tasks), _WORKSHEET)


def shift_positions(root: etree._Element, by: int) -> None:
    """Names and views count sheets from the left: they move when one is put in front or taken away there."""
    for name in root.iterfind(f"{tag('definedNames')}/{tag('definedName')}"):
        if name.get("localSheetId") is not None:
            name.set("localSheetId", str(max(0, int(name.get("localSheetId", "0")) + by)))
    for view in root.iterfind(f"{tag('bookViews')}/{tag('workbookView')}"):
        view.set("activeTab", "0")
        view.attrib.pop("firstSheet", None)


def _print_area(root: etree._Element, name: str, last_row: int) -> None:
    """The English column is for engineers at the screen and stays off the paper; the headings repeat on each page."""
    names = root.find(tag("definedNames"))
    if names is None:
        names = etree.Element(tag("definedNames"))
        root.find(tag("sheets")).addnext(names)  # functionGroups and externalReferences may stand between
        for between in ("functionGroups", "externalReferences"):
            other = root.find(tag(between))
            if other is not None:
                other.addnext(names)
    first = FIRST_TASK_ROW - 1
    for kind, area in (("Print_Area", f"$A$1:$J${last_row}"), ("Print_Titles", f"${first}:${first}")):
        defined = etree.Element(tag("definedName"), name=f"_xlnm.{kind}", localSheetId="0")
        defined.text = f"'{name}'!{area}"
        names.append(defined)


def _sheet(styles: Styles, front: Front, tasks: Sequence[Task]) -> etree._Element:
    root = etree.Element(tag("worksheet"), nsmap={None: MAIN, "r": OFFICE})
    properties = etree.SubElement(root, tag("sheetPr"))
    etree.SubElement(properties, tag("tabColor"), rgb="FF1F7A4D")
    etree.SubElement(properties, tag("pageSetUpPr"), fitToPage="1")
    _view(root)
    columns = etree.SubElement(root, tag("cols"))
    for number, width in enumerate(_WIDTHS, start=1):
        etree.SubElement(columns, tag("col"), min=str(number), max=str(number), width=str(width), customWidth="1")
    _rows(etree.SubElement(root, tag("sheetData")), styles, front, tasks)
    merges = etree.SubElement(root, tag("mergeCells"), count="5")
    for row in range(1, 6):
        etree.SubElement(merges, tag("mergeCell"), ref=f"A{row}:J{row}")
    _validation(root, front.reasons, tasks)
    _links(root, tasks)
    etree.SubElement(
        root, tag("pageMargins"), left="0.4", right="0.4", top="0.5", bottom="0.5", header="0.3", footer="0.3"
    )
    setup = {"paperSize": "9", "orientation": "landscape", "fitToWidth": "1", "fitToHeight": "0"}
    etree.SubElement(root, tag("pageSetup"), setup)
    return root


def _view(root: etree._Element) -> None:
    views = etree.SubElement(root, tag("sheetViews"))
    view = etree.SubElement(views, tag("sheetView"), showGridLines="0", tabSelected="1", workbookViewId="0")
    pane = {
        "ySplit": str(FIRST_TASK_ROW - 1),
        "topLeftCell": f"A{FIRST_TASK_ROW}",
        "activePane": "bottomLeft",
        "state": "frozen",
    }
    etree.SubElement(view, tag("pane"), pane)
    etree.SubElement(
        view, tag("selection"), pane="bottomLeft", activeCell=f"A{FIRST_TASK_ROW}", sqref=f"A{FIRST_TASK_ROW}"
    )


def _rows(data: etree._Element, styles: Styles, front: Front, tasks: Sequence[Task]) -> None:
    lines = (
        (f"{TITLE} {front.submission_id}", styles.own(Look(size=16, bold=True, colour="FF1F5C3F")), 24),
        (front.verdict, styles.own(Look(size=12, bold=True)), 32),
        (front.source, styles.own(Look(size=11, text=True)), 32),
        (front.advice, styles.own(Look(size=11)), 48),
    )
    for number, (text, style, height) in enumerate(lines, start=1):
        _row(data, number, [_Cell(text, style)], height)
    legend = "Màu đỏ nhạt: ô phải sửa.   Màu vàng: ô cần kiểm tra; nếu số liệu đúng, chọn lý do ở cột “Xác nhận”."
    _row(data, 5, [_Cell(legend, styles.own(Look(size=10, colour="FF555555")))], 18)
    head = styles.own(Look(bold=True, colour="FFFFFFFF", fill="FF1F7A4D", border=True, centre=True))
    _row(data, FIRST_TASK_ROW - 1, [_Cell(heading, head) for heading in HEADINGS], 34)
    for row, task in enumerate(tasks, start=FIRST_TASK_ROW):
        _row(data, row, _task(styles, task), _height(task))
    if not tasks:
        _row(data, FIRST_TASK_ROW, [_Cell("Không có việc phải làm.", styles.own(Look()))], 20)


def _task(styles: Styles, task: Task) -> list[_Cell]:
    plain = styles.own(Look(border=True))
    text = styles.own(Look(border=True, text=True))
    value = task.issues[0].value if len(task.issues) == 1 else None
    place = task.cell or ""
    fill = FILLS.get(task.severity)
    severity = "Người phụ trách hệ thống xử lý" if task.is_ours else _SEVERITY.get(task.severity, "")
    return [
        _Cell(task.number, styles.own(Look(border=True, centre=True))),
        _Cell(severity, styles.own(Look(bold=True, border=True, fill=fill))),
        _Cell(task.sheet or "", text),
        _Cell(place, styles.own(Look(border=True, link=bool(place), text=True))),
        _Cell(value or "", text),
        _Cell(words(task), text),
        _Cell(len(task.cells) or "", styles.own(Look(border=True, centre=True))),
        _Cell(task.rule, plain),
        _Cell("", styles.own(Look(border=True, fill="FFF3F9F5"))),
        _Cell("", styles.own(Look(border=True, fill="FFF3F9F5"))),
        _Cell(task.issues[0].message_en, styles.own(Look(size=9, colour="FF666666", border=True, text=True))),
    ]


def words(task: Task) -> str:
    """The sentence of the only finding; for several the title, the example and the list of cells."""
    first = task.issues[0].message_vi
    if len(task.issues) == 1:
        return first
    listed = ", ".join(task.cells[:40]) + (", …" if len(task.cells) > 40 else "")
    return f"{task.title_vi}: {len(task.issues)} chỗ cùng một nguyên nhân (các ô {listed}). Ví dụ: {first}"


def _height(task: Task) -> int:
    longest = max(len(words(task)) / 66, len(task.issues[0].message_en) / 75, 1)
    return min(400, 4 + 15 * (int(longest) + 1))


def _row(data: etree._Element, number: int, cells: Sequence[_Cell], height: int) -> None:
    row = etree.SubElement(data, tag("row"), r=str(number), ht=str(height), customHeight="1")
    for column, cell in enumerate(cells):
        attributes = {"r": f"{chr(65 + column)}{number}", "s": str(cell.style)}
        if isinstance(cell.text, int):
            etree.SubElement(etree.SubElement(row, tag("c"), attributes), tag("v")).text = str(cell.text)
        elif cell.text:
            inner = etree.SubElement(etree.SubElement(row, tag("c"), attributes, t="inlineStr"), tag("is"))
            text = etree.SubElement(inner, tag("t"))
            text.text = safe(cell.text)
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        else:
            etree.SubElement(row, tag("c"), attributes)


def safe(text: str) -> str:
    """Text that XML can hold and that Excel takes for what it is."""
    return _ESCAPE_LIKE.sub("_x005F_", harmless(text))[:_LONGEST]


def _validation(root: etree._Element, reasons: Sequence[str], tasks: Sequence[Task]) -> None:
    rows = [
        row for row, task in enumerate(tasks, start=FIRST_TASK_ROW) if task.severity == "warning" and not task.is_ours
    ]
    listed = '"' + ",".join(reason.replace(",", ";").replace('"', "") for reason in reasons) + '"'
    if not rows or not reasons or len(listed) > 255:
        return
    checks = etree.SubElement(root, tag("dataValidations"), count="1")
    check = etree.SubElement(
        checks,
        tag("dataValidation"),
        type="list",
        allowBlank="1",
        showErrorMessage="0",
        sqref=" ".join(f"I{row}" for row in rows),
    )
    etree.SubElement(check, tag("formula1")).text = listed


def _links(root: etree._Element, tasks: Sequence[Task]) -> None:
    linked = [
        (row, task) for row, task in enumerate(tasks, start=FIRST_TASK_ROW) if task.sheet is not None and task.cell
    ]
    if not linked:
        return
    links = etree.SubElement(root, tag("hyperlinks"))
    for row, task in linked:
        quoted = (task.sheet or "").replace("'", "''")
        etree.SubElement(links, tag("hyperlink"), ref=f"D{row}", location=f"'{quoted}'!{task.cell}")
