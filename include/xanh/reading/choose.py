"""Which sheets of a workbook are read: one for each form and table, never a hidden or last year's copy without a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from xanh.catalog import Catalog
from xanh.language.periods import Mention, same_period_last_year
from xanh.model import Period, SheetReading, Workbook
from xanh.reading.findings import Findings
from xanh.reading.labels import named
from xanh.reading.places import place_columns
from xanh.reading.recognise import FoundSheet, NotFound, recognise
from xanh.reading.rows import read_body


@dataclass(frozen=True)
class Choice:
    """The sheets to read, what became of each sheet, and whether finding none means an unknown form."""

    sheets: tuple[FoundSheet, ...]
    why: tuple[SheetReading, ...]
    is_conclusive: bool = True

    def without(self, empty: Mapping[str, str]) -> Choice:
        """The same, with sheets (name -> form) that turned out to hold no values passed over."""
        why = tuple(
            SheetReading(each.name, None, f"biểu {empty[each.name]} chưa có số liệu") if each.name in empty else each
            for each in self.why
        )
        return replace(self, sheets=tuple(found for found in self.sheets if found.sheet.name not in empty), why=why)


def choose_sheets(
    catalog: Catalog, workbook: Workbook, department: str, stated: tuple[Mention, ...], findings: Findings
) -> Choice:
    """The sheets of the workbook that are read. Contradictions become critical issues, and nothing is chosen then."""
    why: dict[str, SheetReading] = {}
    by_form: dict[str, list[FoundSheet]] = {}
    is_conclusive = True
    seen = {sheet.name: recognise(catalog, sheet, department, stated) for sheet in workbook.sheets}
    if all(isinstance(found, NotFound) or found[0].is_doubtful for found in seen.values()):
        seen = {
            sheet.name: recognise(catalog, sheet, department, stated, by_headings=True) for sheet in workbook.sheets
        }
    has_table = any(found[0].has_table for found in seen.values() if not isinstance(found, NotFound))
    for sheet in workbook.sheets:
        found = seen[sheet.name]
        if not isinstance(found, NotFound) and not found[0].has_table and (has_table or len(found) > 1):
            names = ", ".join(each.form.code for each in found)
            found = NotFound(sheet, f"chỉ nhắc tên biểu {names}, không có bảng số liệu")
        if isinstance(found, NotFound):
            why[sheet.name] = SheetReading(sheet.name, None, found.why)
            continue
        if len(found) > 1 and found[0].weight == found[1].weight:
            findings.add("R07", sheet.name, forms=[each.form.code for each in found])
            why[sheet.name] = SheetReading(
                sheet.name, None, "giống nhiều biểu: " + ", ".join(e.form.code for e in found)
            )
            is_conclusive = False
            continue
        by_form.setdefault(found[0].form.code, []).append(found[0])
    for sheet_name, lost in seen.items():
        for code in lost.titled if isinstance(lost, NotFound) else ():
            if code not in by_form:
                findings.add("W17", sheet_name, form=code)
    chosen: list[FoundSheet] = []
    for sheets in by_form.values():
        picked = _pick(catalog, sheets, stated, findings, why)
        chosen += picked
        is_conclusive = is_conclusive and bool(picked)
    for found_sheet in chosen:
        why[found_sheet.sheet.name] = SheetReading(
            found_sheet.sheet.name, found_sheet.form.code, _why_read(found_sheet)
        )
    in_order = tuple(why[sheet.name] for sheet in workbook.sheets if sheet.name in why)
    return Choice(tuple(chosen), in_order, is_conclusive)


def _pick(
    catalog: Catalog,
    sheets: list[FoundSheet],
    stated: tuple[Mention, ...],
    findings: Findings,
    why: dict[str, SheetReading],
) -> list[FoundSheet]:
    """The sheets of one form that are read."""
    visible = [found for found in sheets if found.sheet.is_visible]
    for found in sheets:
        if not found.sheet.is_visible:
            findings.add("I07", found.sheet.name, form=found.form.code, is_read="không" if visible else "có")
    if visible:
        for found in sheets:
            if not found.sheet.is_visible:
                why[found.sheet.name] = SheetReading(
                    found.sheet.name, None, f"trang ẩn giống biểu {found.form.code}: không đọc"
                )
        sheets = visible
    if len(sheets) == 1:
        return sheets
    if _are_parts(sheets):
        return _joined(sheets)
    sheets = _of_the_period(sheets, stated, why)
    if len(sheets) == 1 or _are_pages(catalog, sheets):
        return sheets
    if all(sheet.sheet.cells == sheets[0].sheet.cells for sheet in sheets):
        for found in sheets[1:]:
            why[found.sheet.name] = SheetReading(
                found.sheet.name, None, f"bản sao giống hệt trang “{sheets[0].sheet.name}”"
            )
        return sheets[:1]
    names = [f"“{found.sheet.name}” ({found.period.code if found.period else '?'})" for found in sheets]
    findings.add("R08", sheets[1].sheet.name, form=sheets[0].form.code, sheets=names)
    for found in sheets:
        why[found.sheet.name] = SheetReading(
            found.sheet.name, None, f"nhiều trang cùng là biểu {found.form.code}: không rõ trang nào"
        )
    return []


def _are_parts(sheets: list[FoundSheet]) -> bool:
    """Whether the sheets hold different tables of the form, and no two state different periods."""
    codes = [table.table.code for found in sheets for table in found.tables if table.header is not None]
    has_all = all(found.has_table for found in sheets)
    return has_all and len(codes) == len(set(codes)) and len(_own_periods(sheets)) <= 1


def _own_periods(sheets: list[FoundSheet]) -> set[Period]:
    return {found.period for found in sheets if found.period is not None and not found.is_period_of_name}


def _joined(sheets: list[FoundSheet]) -> list[FoundSheet]:
    """The parts, each without the tables that are on another sheet, for the period that one of them states."""
    there = {table.table.code for found in sheets for table in found.tables if table.header is not None}
    joined = []
    for found in sheets:
        tables = tuple(t for t in found.tables if t.header is not None or t.table.code not in there)
        joined.append(replace(found, tables=tables))
    for period in _own_periods(sheets):
        joined = [replace(found, period=period, is_period_of_name=False) for found in joined]
    return joined


def _are_pages(catalog: Catalog, sheets: list[FoundSheet]) -> bool:
    """Whether the sheets continue each other: one period, the same columns, and no row on two of them."""
    if len({found.period for found in sheets}) > 1 or any(len(found.tables) != 1 for found in sheets):
        return False
    seen: set[tuple[str, ...]] = set()
    columns: set[frozenset[str]] = set()
    for found in sheets:
        table = found.tables[0]
        places = place_columns(found, table, Findings(catalog)) if table.header is not None else None
        if places is None or table.header is None:
            return False
        body = read_body(catalog, table.table, found.grid, table.header, places, table.stop, lambda label: False)
        said = {named(table.table, row) for row in body.rows if row.kind == "item"}
        if said & seen:
            return False
        seen |= said
        columns.add(frozenset(places.columns))
    return len(columns) == 1


def _of_the_period(
    sheets: list[FoundSheet], stated: tuple[Mention, ...], why: dict[str, SheetReading]
) -> list[FoundSheet]:
    """Without the copies of other periods, when the file name, or a copy of exactly one year before, says which they are."""
    by_name = [found for found in sheets if found.period and any(mention.agrees(found.period) for mention in stated)]
    if not by_name:
        dated: list[Period] = [found.period for found in sheets if found.period]
        latest = max(dated, key=lambda period: period.end, default=None)
        older = {period for period in dated if latest is not None and period == same_period_last_year(latest)}
        if latest is None or {latest, *older} != set(dated) or len(dated) != len(sheets) or not older:
            return sheets
        by_name = [found for found in sheets if found.period == latest]
    for found in sheets:
        if found not in by_name:
            code = found.period.code if found.period else "không rõ kỳ"
            why[found.sheet.name] = SheetReading(found.sheet.name, None, f"bản của kỳ khác ({code}): không đọc")
    return by_name


def _why_read(found: FoundSheet) -> str:
    by = [
        f"số biểu tại {found.number.address}" if found.number else "",
        f"tiêu đề tại {found.title.address}" if found.title else "",
    ]
    words = ", ".join(each for each in by if each) or "đầu bảng"
    return f"nhận ra theo {words}"
