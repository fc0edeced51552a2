"""The report as a workbook in the official layout, ready to be edited and signed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from xanh.publishing.words import NOT_KNOWN, STATES

if TYPE_CHECKING:
    from xanh.publishing.report import Report

FONT = "Times New Roman"
_THIN = Side(style="thin", color="52606D")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="F1F3F5")
_COLOURS = {"met": "276749", "on_track": "975A16", "off_track": "9C4221"}


def write_workbook(path: Path, report: Report) -> None:
    """Sheets: the table of objectives under the title block, the units behind coverage targets, the deliveries."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _objectives(book.create_sheet("Mục tiêu"), report)
    if report.registers:
        rows = [
            (r["indicator_name_vi"], r["period"], r["state_vi"], r["unit_count"], r["unit_names"])
            for r in report.registers
        ]
        head = ("Chỉ số", "Kỳ", "Trạng thái", "Số đơn vị", "Đơn vị")
        _plain(book.create_sheet("Danh sách đơn vị"), head, rows, (46, 12, 20, 12, 90))
    if report.deliveries:
        lines = [
            (r["department_name"], r["form_code"], STATES[r["state"]], r["report_count"]) for r in report.deliveries
        ]
        _plain(
            book.create_sheet("Gửi báo cáo"), ("Đơn vị", "Biểu", "Tình trạng", "Số báo cáo"), lines, (46, 10, 18, 14)
        )
    book.save(path)


def _objectives(sheet: Worksheet, report: Report) -> None:
    years = [str(year) for year in report.plan_years]
    head = ["TT", "Mục tiêu của Kế hoạch", f"Chỉ tiêu đến {years[-1]}", *years, "Kết quả mới nhất", "Kỳ", "Đánh giá",
            "Đơn vị đã báo cáo", "Ghi chú"]  # fmt: skip
    widths = [5, 36, 11, *[7] * len(years), 10, 12, 13, 10, 44]
    last = len(head)
    _title_block(sheet, report, last)
    start = 9
    sheet.row_dimensions[start].height = 48
    for column, (text, width) in enumerate(zip(head, widths, strict=True), 1):
        cell = sheet.cell(start, column, text)
        cell.font, cell.fill, cell.border = Font(FONT, 11, bold=True), _HEAD, _BOX
        cell.alignment = Alignment("center", "center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, line in enumerate(report.lines, start + 1):
        note = "\n".join(part for part in (line.note, line.national and f"Mục tiêu quốc gia - {line.national}") if part)
        numbers = [value if value is not None else NOT_KNOWN for value in (*line.year_values, line.value)]
        values: list[str | int | Decimal] = [line.number, line.name, line.target, *numbers, line.newest_period,
                                             line.progress, line.reported, note]  # fmt: skip
        for column, value in enumerate(values, 1):
            box = sheet.cell(row, column, value)
            is_text = column in (2, last)
            box.number_format = "#,##0.##" if isinstance(value, Decimal) and value % 1 else "#,##0"
            box.font, box.border = Font(FONT, 11), _BOX
            box.alignment = Alignment("left" if is_text else "center", "top", wrap_text=True)
        sheet.cell(row, 6 + len(years)).font = Font(
            FONT, 11, bold=True, color=_COLOURS.get(line.progress_code, "52606D")
        )
        sheet.row_dimensions[row].height = 6 + 15 * max(len(line.name) // 32 + 1, len(note) // 44 + 2)
    _signature(sheet, report, start + len(report.lines) + 2, last)
    sheet.freeze_panes = f"C{start + 1}"
    _fit_to_page(sheet, start)


def _title_block(sheet: Worksheet, report: Report, last: int) -> None:
    form, half = report.form, last // 2
    left = ((1, form.parent_body, False), (2, form.body, True), (3, form.number, False))
    right = ((1, form.state, True), (2, form.motto, True), (3, f"{form.place}, {report.day}", False))
    for first, end, lines in ((1, half, left), (half + 1, last, right)):
        for row, text, is_bold in lines:
            _across(sheet, row, first, end, text, Font(FONT, 12, bold=is_bold, italic=row == 3 and first > 1))
    _across(sheet, 5, 1, last, form.title, Font(FONT, 15, bold=True))
    _across(sheet, 6, 1, last, form.subject, Font(FONT, 13, bold=True))
    _across(sheet, 7, 1, last, f"{form.intro} Số liệu đến {report.moment}.", Font(FONT, 11, italic=True))
    sheet.row_dimensions[6].height = 34
    sheet.row_dimensions[7].height = 32


def _across(sheet: Worksheet, row: int, first: int, last: int, text: str, font: Font) -> None:
    sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    cell = sheet.cell(row, first, text)
    cell.font, cell.alignment = font, Alignment("center", "center", wrap_text=True)


def _signature(sheet: Worksheet, report: Report, row: int, last: int) -> None:
    sheet.cell(row, 2, "Nơi nhận:").font = Font(FONT, 11, bold=True, italic=True)
    for number, name in enumerate(report.form.recipients, 1):
        sheet.cell(row + number, 2, f"- {name};").font = Font(FONT, 10)
    _across(sheet, row, last // 2 + 1, last, report.form.signer, Font(FONT, 12, bold=True))
    _across(sheet, row + 1, last // 2 + 1, last, report.form.signer_note, Font(FONT, 11, italic=True))


def _plain(sheet: Worksheet, head: Sequence[str], rows: Sequence[Sequence[object]], widths: Sequence[int]) -> None:
    for column, (text, width) in enumerate(zip(head, widths, strict=True), 1):
        cell = sheet.cell(1, column, text)
        cell.font, cell.fill, cell.border = Font(FONT, 11, bold=True), _HEAD, _BOX
        cell.alignment = Alignment("center", "center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            box = sheet.cell(number, column)
            box.value = value  # type: ignore[assignment]
            if isinstance(value, str):
                box.data_type = "s"  # a name that starts with = is text, not a formula
            box.font, box.border = Font(FONT, 11), _BOX
            box.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"
    _fit_to_page(sheet, 1)


def _fit_to_page(sheet: Worksheet, head_row: int) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.print_title_rows = f"{head_row}:{head_row}"
