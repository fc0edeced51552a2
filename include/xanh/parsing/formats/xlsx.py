"""Reads .xlsx and .xlsm: one pass of expat over every sheet, values and all that a value alone does not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xanh.limits import Limits
from xanh.model import Note
from xanh.parsing.formats import xlsx_sheet
from xanh.parsing.formats.formulas import Formulas
from xanh.parsing.formats.grid import Budget, Grid
from xanh.parsing.formats.markup import Attributes, Node, optional_part, part, relations, tree
from xanh.parsing.formats.words import Words
from xanh.parsing.formats.xlsx_rows import BulkPass
from xanh.parsing.formats.xlsx_styles import SharedStrings, read_styles
from xanh.parsing.gate_zip import main_by_relation
from xanh.parsing.unreadable import Unreadable

_MAIN = "xl/workbook.xml"
_NAME = re.compile(rb"(<definedName [^<>]*>[^<>]*</definedName>)")


def read(members: Mapping[str, bytes], limits: Limits) -> tuple[list[Grid], list[Note]]:
    """The worksheets in order, hidden ones too, and what is to be noted. Chart, dialog and macro sheets hold no
    data."""
    main = _MAIN if _MAIN in members else _main_part(members)
    workbook = tree(part(members, main), limits, _NAME)
    linked = relations(members, main, limits)
    budget = Budget(limits)
    listed = _listed(workbook)
    budget.check_sheets(len(listed))
    by_type = dict(linked.values())
    shared = SharedStrings(limits).read(members, by_type.get("sharedStrings", "xl/sharedStrings.xml"))
    styles = read_styles(optional_part(members, by_type.get("styles", "xl/styles.xml")), limits)
    formulas = Formulas(is_recalculated_on_load=_is_recalculated(workbook))
    context = xlsx_sheet.Context(budget, Words(budget), shared, styles, _is_1904(workbook), formulas)
    grids: list[Grid] = []
    notes: list[Note] = []
    names: set[str] = set()
    for attributes in listed:
        kind, name = linked.get(attributes.get("id", ""), ("", ""))
        if kind != "worksheet":
            continue
        grid = Grid(attributes.get("name", ""), attributes.get("state", "visible") == "visible")
        if grid.name.casefold() in names:
            raise Unreadable("U11", {"detail": "trùng tên trang tính"}, sheet=grid.name)
        names.add(grid.name.casefold())
        sheet = BulkPass(grid, context)
        sheet.read(part(members, name))
        notes += [*sheet.notes, *budget.finish(grid)]
        grids.append(grid)
    if not grids:
        raise Unreadable("U18")
    formulas.settle()
    return grids, notes


def submission_id(members: Mapping[str, bytes]) -> str | None:
    """The id that our feedback workbook carries as a custom document property."""
    content = optional_part(members, "docProps/custom.xml")
    found = re.search(
        rb"""<(?:\w+:)?property\b[^<>]*\bname=["']xanh-submission-id["'][^<>]*>\s*<[^<>]+>\s*([^<\s]{1,40})""",
        content or b"",
    )
    return found[1].decode("utf-8", "replace") if found else None


def _main_part(members: Mapping[str, bytes]) -> str:
    found = main_by_relation(members)
    if found is None:
        raise Unreadable("U01", {"detail": f"thiếu {_MAIN}"})
    return found


def _listed(workbook: Node) -> list[Attributes]:
    sheets = workbook.first("sheets")
    return [sheet.attributes for sheet in sheets.all("sheet")] if sheets else []


def _is_1904(workbook: Node) -> bool:
    return workbook.value("workbookPr", "date1904") in ("1", "true")


def _is_recalculated(workbook: Node) -> bool:
    return workbook.value("calcPr", "fullCalcOnLoad") in ("1", "true")
