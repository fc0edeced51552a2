"""Writes an empty official workbook of a form: filled in and dropped, it is read without a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from itertools import groupby, product
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from xanh.catalog import Catalog
from xanh.catalog.codelists import Area
from xanh.codes import units
from xanh.forms.blank import Blank
from xanh.forms.template_tables import BlankColumn, BlankRow, BlankTable, blank_tables, spoken
from xanh.language import periods
from xanh.language.spoken import spoken_number
from xanh.model import Period

if TYPE_CHECKING:
    from xanh.database.warehouse import Connection

Known = Mapping[tuple[str, str | None, str | None, str], Decimal]
"""Last period's values by measure, item, area and flow."""
PROPERTY = "xanh-template"
LISTS = "danh_muc"
FACE = "Times New Roman"
_LINE = Side(style="thin")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", start_color="FFE8EFEA")
_GREY = "FF7F7F7F"
_TITLE_ROWS = 8
_WIDTHS = {"text": 26.0, "unit": 11.0, "ignored": 12.0}


def workbook_bytes(catalog: Catalog, blank: Blank, known: Known | None = None) -> bytes:
    """The empty workbook as .xlsx; `known` are last period's values, shown in grey beside the table."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(blank.form.code)
    tables = blank_tables(catalog, blank.form, blank.layout, blank.period, blank.department, blank.area)
    width = max(len(table.columns) for table in tables)
    writer = _Writer(catalog, book, sheet, known or {}, width)
    row = 1
    if blank.layout.recognise.numbers:
        province = next(area for area in catalog.areas.values() if area.level == "province")
        _title_block(sheet, blank, width, province)
        row = _TITLE_ROWS
    for table in tables:
        row = writer.table(table, row, len(tables) > 1)
    writer.finish()
    _page(sheet, width)
    if blank.layout.recognise.numbers:
        _signatures(sheet, row + 1, width)
    code = "|".join((blank.form.code, blank.layout.code, blank.period.code, blank.department.code))
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=code))  # type: ignore[attr-defined]
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def previous_values(connection: Connection, blank: Blank) -> dict[tuple[str, str | None, str | None, str], Decimal]:
    """What the department reported for the period before."""
    from xanh.database.warehouse import sql

    parameters = {
        "form": blank.form.code,
        "department": blank.department.code,
        "period_end": periods.previous(blank.period).end,
    }
    rows = connection.execute(sql("template/previous"), parameters).fetchall()
    return {(measure, item, area, flow): value for measure, item, area, flow, value, _ in rows}


class _Writer:
    """Writes the tables into the sheet, and collects the lists behind the drop-downs."""

    def __init__(self, catalog: Catalog, book: Workbook, sheet: Worksheet, known: Known, width: int) -> None:
        self._catalog, self._book, self._sheet, self._known, self._width = catalog, book, sheet, known, width
        self._validations: dict[tuple[str, ...], DataValidation] = {}
        self._number = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        self._number.errorStyle = "warning"
        self._number.error = "Ô này nhận số không âm; ghi “-” khi không phát sinh, “…” khi chưa có số liệu."

    def table(self, blank: BlankTable, row: int, is_one_of_several: bool) -> int:
        """Writes a table from the row on; returns the first row below it."""
        if is_one_of_several:
            words = blank.table.starts_after[0] if blank.table.starts_after else f"Phần {blank.table.code}"
            _put(self._sheet, row, 1, words[:1].upper() + words[1:], bold=True, align="left")
            row += 1
        has_known = any(self._reference(each, blank) for each in blank.rows)
        row = self._header(blank, row)
        if has_known:
            _put(self._sheet, row, self._width + 2, "Tham khảo kỳ trước", italic=True, colour=_GREY, wrap=True)
        numbered = 0
        for body in blank.rows:
            row += 1
            numbered += 0 if body.is_section or not body.values else 1
            self._row(blank, body, row, numbered)
            if has_known and (reference := self._reference(body, blank)):
                _put(self._sheet, row, self._width + 2, reference, size=9, italic=True, colour=_GREY, align="left")
        return row + 2

    def _header(self, blank: BlankTable, row: int) -> int:
        """Writes the headings, in two rows where columns stand in groups as on the printed form; returns the last row."""
        groups = [(group, list(columns)) for group, columns in groupby(blank.columns, attrgetter("group"))]
        last = row + 1 if any(group for group, _ in groups) else row
        if self._sheet.print_title_rows is None:
            self._sheet.print_title_rows = f"{row}:{last}"
        at = 1
        for group, columns in groups:
            if group is not None:
                self._headings(row, row, at, at + len(columns) - 1, group)
            for column in columns:
                self._headings(row if group is None else last, last, at, at, column.heading)
                at += 1
        self._sheet.row_dimensions[last].height = 62
        return last

    def _headings(self, top: int, bottom: int, left: int, right: int, words: str) -> None:
        for row, column in product(range(top, bottom + 1), range(left, right + 1)):
            text = words if (row, column) == (top, left) else None
            _put(self._sheet, row, column, text, bold=True, border=True, wrap=True).fill = _HEAD
        if (top, left) != (bottom, right):
            self._sheet.merge_cells(start_row=top, end_row=bottom, start_column=left, end_column=right)

    def _row(self, blank: BlankTable, body: BlankRow, row: int, number: int) -> None:
        for at, column in enumerate(blank.columns, 1):
            value: Any = body.values.get(column.code)
            if column.code == "stt" and not value and body.values and not body.is_section:
                value = number
            is_input = column.code in body.inputs and value is None
            cell = _put(
                self._sheet, row, at, value, bold=body.is_section, border=True,
                align="left" if column.role == "text" else "center", wrap=column.role == "text",
            )  # fmt: skip
            cell.protection = Protection(locked=not is_input)
            cell.number_format = "@" if column.role in ("text", "unit") else "General"
            if is_input:
                self._validate(column, cell.coordinate)
            elif value is None and not body.is_section:
                cell.fill = PatternFill("solid", start_color="FFF2F2F2")

    def _validate(self, column: BlankColumn, address: str) -> None:
        if column.role in ("number", "percent"):
            self._number.add(address)
        elif column.choices:
            self._list(column.choices).add(address)

    def _list(self, choices: tuple[str, ...]) -> DataValidation:
        if choices not in self._validations:
            name = f"ds_{len(self._validations) + 1}"
            lists = self._book[LISTS] if LISTS in self._book.sheetnames else self._book.create_sheet(LISTS)
            column = len(self._validations) + 1
            for at, text in enumerate(choices, 1):
                lists.cell(at, column, text)
            letter = get_column_letter(column)
            reference = f"{LISTS}!${letter}$1:${letter}${len(choices)}"
            self._book.defined_names[name] = DefinedName(name, attr_text=reference)
            found = DataValidation(type="list", formula1=f"={name}", allow_blank=True)
            found.errorStyle = "warning"
            found.error = "Đề nghị chọn một giá trị trong danh sách."
            self._validations[choices] = found
        return self._validations[choices]

    def _reference(self, body: BlankRow, blank: BlankTable) -> str:
        """Last period's values of the row in the units of its columns."""
        headings = {column.code: column.heading for column in blank.columns}
        words = []
        for code, (measure, flow) in body.measures.items():
            value = self._known.get((measure, body.item, body.area, flow))
            if value is not None and code in headings:
                words.append(f"{headings[code]}: {self._shown(blank, code, measure, value)}")
        return "; ".join(words)

    def _shown(self, blank: BlankTable, code: str, measure: str, value: Decimal) -> str:
        canonical = self._catalog.measures[measure].canonical_unit or ""
        stated = blank.table.column(code).unit
        match = units.resolve(self._catalog, stated) if stated else None
        if match is None or match.is_per_day or match.unit is None:
            return f"{spoken_number(value)} {canonical}"
        step = units.factor_of(self._catalog, match, self._catalog.measures[measure])
        if isinstance(step, units.Incompatible):
            return f"{spoken_number(value)} {canonical}"
        return spoken_number(value / step[0])

    def finish(self) -> None:
        """Attaches the validations, hides the lists and protects what is printed."""
        for validation in (self._number, *self._validations.values()):
            validation.showErrorMessage = True
            if validation.sqref:
                self._sheet.add_data_validation(validation)
        if LISTS in self._book.sheetnames:
            self._book[LISTS].sheet_state = "veryHidden"
        self._sheet.protection.sheet = True
        self._sheet.protection.formatColumns = False
        self._sheet.protection.formatRows = False
        self._sheet.protection.insertRows = False


def _title_block(sheet: Worksheet, blank: Blank, width: int, province: Area) -> None:
    middle = max(2, width * 2 // 5)
    sender = blank.department.name_on(blank.period.end).vi.upper()
    number = blank.layout.recognise.numbers[0]
    left = (f"Ủy ban nhân dân {province.name_vi}".upper(), sender, "Số:        /BC-")
    right = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "………, ngày …… tháng …… năm ……")
    for row, (one, two) in enumerate(zip(left, right, strict=True), 1):
        _across(sheet, row, 1, middle, one, bold=row == 2)
        _across(sheet, row, middle + 1, width, two, bold=row < 3, italic=row == 3)
    _across(sheet, 4, 1, width, f"Biểu số {number}", italic=True, align="right")
    _across(
        sheet, 5, 1, width, f"{blank.layout.recognise.titles[0]} {_stated(blank.period)}".upper(), bold=True, size=13
    )
    _across(sheet, 6, 1, width, "(Kèm theo Báo cáo số ……)", italic=True)


def _stated(period: Period) -> str:
    """The period as titles write it."""
    if period.frequency == "M":
        return f"tháng {period.end.month} năm {period.end.year}"
    return spoken(period).replace("/", " năm ")


def _signatures(sheet: Worksheet, row: int, width: int) -> None:
    middle = max(1, width // 2)
    for offset, (one, two) in enumerate(
        (("NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ"), ("(Ký, ghi rõ chức danh)", "(Ký, đóng dấu)"))
    ):
        _across(sheet, row + offset, 1, middle, one, bold=offset == 0, italic=offset == 1)
        _across(sheet, row + offset, middle + 1, width, two, bold=offset == 0, italic=offset == 1)


def _page(sheet: Worksheet, width: int) -> None:
    sheet.page_setup.orientation = "landscape" if width > 6 else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_area = f"A1:{get_column_letter(width)}{sheet.max_row}"  # without the last period's values beside it
    for at in range(1, width + 1):
        longest = max((len(str(cell.value)) for cell in _plain_cells(sheet, at)), default=8)
        sheet.column_dimensions[get_column_letter(at)].width = min(44, max(7, longest + 2, 11 if at > 1 else 6))
    sheet.column_dimensions[get_column_letter(width + 2)].width = 60


def _plain_cells(sheet: Worksheet, column: int) -> Sequence[Any]:
    """The body cells of a column: headings wrap."""
    return [c for (cell,) in sheet.iter_rows(min_col=column, max_col=column, min_row=_TITLE_ROWS + 1) if (c := cell).value
            and c.fill.fgColor.rgb != _HEAD.start_color.rgb]  # fmt: skip


def _across(sheet: Worksheet, row: int, first: int, last: int, value: str, **style: Any) -> None:
    _put(sheet, row, first, value, **style)
    if last > first:
        sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def _put(
    sheet: Worksheet, row: int, column: int, value: object, *, size: int = 11, bold: bool = False, italic: bool = False,
    align: str = "center", border: bool = False, wrap: bool = False, colour: str = "FF000000",
) -> Any:  # fmt: skip
    cell = sheet.cell(row, column, value)  # type: ignore[call-overload]
    cell.font = Font(name=FACE, size=size, bold=bold, italic=italic, color=colour)
    cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=wrap)
    if border:
        cell.border = _BORDER
    return cell
