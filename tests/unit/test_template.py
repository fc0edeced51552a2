"""Every form has an empty workbook that, filled in and dropped, is read without a finding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from xanh.catalog import Catalog
from xanh.forms import blank as blank_form
from xanh.forms import template
from xanh.forms.template_tables import BlankTable, blank_tables
from xanh.model import Observation
from xanh.reading.examine import examine, validated
from xanh.settings import ROOT, Settings

OVERRIDES: dict[str, dict[str, Any]] = {
    "F01": {"plan": 1000, "ytd": 60, "ly_month": None, "ly_ytd": None, "note": None},
    "F02": {"raw_name": "Quặng", "raw_unit": "tấn", "coal_grade": "Cám 3-4", "coal": "-", "toe": None, "output_unit": None},
    "F03": {"norm": 12400, "audit_year": 2024, "clean_tech": "Không", "elec": None},
    "F04": {"replace_pct": 50, "violations": 5},
    "F05": {"bag_plastic_kg": 0.08},
    "F06": {"households": 500, "pop_urban": 1000, "pop_rural": 1000, "gen_urban": 0.5, "gen_rural": 0.5,
            "col_urban": 0.5, "col_rural": 0.5,
            "std": 0.5, "landfill": "-", "burn": "-", "recycled": "-", "plastic_gen": 0.1, "plastic_rec": 0.1},
    "F07": {"open": 0, "gen": 10, "fill": 0, "road": 0, "material": 0, "recover": 0, "transfer": 0, "close": 10},
    "F08": {"plan": 20, "result": 10, "ytd": 10},
    "F09": {"hectares": 5, "enterprises": 3},
    "F11": {"generation": 1000000, "capacity": 5, "kwp": 4, "households": 2},
}  # fmt: skip
CASES = [
    ("F01", "2025-06", None), ("F01", "2025-01", None), ("F02", "2025-Q2", None), ("F02", "2025-Q3", None), ("F03", "2025", None),
    ("F04", "2025-Q2", None), ("F04", "2025-Q4", None), ("F05", "2025-06", None), ("F06", "2025-Q2", None),
    ("F06", "2025-Q3", None), ("F07", "2025-H1", None), ("F08", "2025-H1", "B:051"), ("F08", "2025-H2", "C:01654"),
    ("F09", "2025-H2", None), ("F10", "2025", None), ("F11", "2025-06", None), ("F11", "2025-07", None), ("F12", "2025-H2", None),
]  # fmt: skip


def filled(catalog: Catalog, blank: blank_form.Blank, path: Path, known: template.Known | None = None) -> None:
    """The template with every open cell of the printed rows filled in, saved as a clerk's program saves it."""
    path.write_bytes(template.workbook_bytes(catalog, blank, known))
    book = load_workbook(path)
    sheet = book[blank.form.code]
    tables = blank_tables(catalog, blank.form, blank.layout, blank.period, blank.department, blank.area)
    overrides = OVERRIDES.get(blank.form.code, {})
    row = 1
    for table in tables:
        while sheet.cell(row, 1).value != table.columns[0].heading:
            row += 1
        row += any(column.group for column in table.columns)
        for body in table.rows:
            row += 1
            is_free = not any(each.values for each in table.rows) and row % 9 == 0
            if (body.values and not body.is_section) or is_free:
                item = catalog.items.get(body.values.get("plant", ""))
                registered = {"capacity": item.capacity_mw} if item is not None and item.capacity_mw else {}
                fill_row(sheet, table, row, overrides | registered, f"Mục {row}")
    book.save(path)


def fill_row(sheet: Any, table: BlankTable, row: int, overrides: dict[str, Any], label: str) -> None:
    for at, column in enumerate(table.columns, 1):
        cell = sheet.cell(row, at)
        if cell.protection.locked or cell.value is not None:
            continue
        default = {"number": 10, "number_or_text": 10, "tick": "x"}.get(column.role)
        if column.role == "text":
            default = column.choices[0] if column.choices else label
        cell.value = overrides.get(column.code, default)


@pytest.mark.parametrize(("form", "period", "area"), CASES)
def test_a_filled_template_is_read_without_a_finding(
    catalog: Catalog, tmp_path: Path, form: str, period: str, area: str | None
) -> None:
    blank = blank_form.choose(catalog, form, period, area)
    path = tmp_path / "bieu.xlsx"
    filled(catalog, blank, path)
    settings = Settings.from_environment({"XANH_HOME": str(tmp_path)})
    one = examine(path, path.name, blank.department.code, catalog, settings, date(2026, 11, 28))
    (issues,) = validated([one], catalog, settings)
    found = [(issue.rule, issue.cell, issue.message_en) for issue in issues if issue.severity != "info"]
    assert found == []
    assert one.reading is not None
    assert one.reading.form == form
    assert one.reading.period == blank.period
    assert one.reading.area == area
    assert len(one.reading.observations) > 5 or form in ("F10", "F12")


def test_last_periods_values_stand_in_grey_and_are_not_read(catalog: Catalog, tmp_path: Path) -> None:
    blank = blank_form.choose(catalog, "F06", "2025-Q2")
    known: dict[tuple[str, str | None, str | None, str], Decimal] = {
        ("pop_urban_n", None, "B:051", "stock"): Decimal(12345)
    }
    path = tmp_path / "bieu.xlsx"
    filled(catalog, blank, path, known)
    texts = [str(cell.value) for row in load_workbook(path)["F06"].iter_rows() for cell in row if cell.value]
    assert [text for text in texts if "12.345" in text]
    settings = Settings.from_environment({"XANH_HOME": str(tmp_path)})
    one = examine(path, path.name, blank.department.code, catalog, settings, date(2026, 11, 28))
    (issues,) = validated([one], catalog, settings)
    assert [issue.rule for issue in issues if issue.severity != "info"] == []
    values: list[Observation] = list(one.reading.observations) if one.reading else []
    assert Decimal(12345) not in [each.value for each in values]


@pytest.mark.parametrize(("form", "period"), [("F06", "2025-Q3"), ("F04", "2025-Q4"), ("F01", "2025-06")])
def test_every_printed_page_repeats_the_headings(catalog: Catalog, tmp_path: Path, form: str, period: str) -> None:
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(template.workbook_bytes(catalog, blank_form.choose(catalog, form, period), None))
    sheet = load_workbook(path)[form]
    first, last = (int(row.strip("$")) for row in sheet.print_title_rows.split(":"))
    said = [str(cell.value) for row in sheet.iter_rows(min_row=first, max_row=last) for cell in row if cell.value]
    assert "STT" in said
    assert len(said) > 5
    assert last - first <= 1


def test_what_is_printed_is_protected_and_lists_are_offered(catalog: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(template.workbook_bytes(catalog, blank_form.choose(catalog, "F04", "2025-Q4")))
    book = load_workbook(path)
    sheet = book["F04"]
    assert sheet.protection.sheet
    assert {each.type for each in sheet.data_validations.dataValidation} == {"decimal", "list"}
    assert book[template.LISTS].sheet_state == "veryHidden"
    assert book.custom_doc_props[template.PROPERTY].value == "F04|2021|2025-Q4|so-cong-thuong"


@pytest.mark.parametrize(
    ("form", "period", "area", "words"),
    [
        ("F99", "2025-06", None, "is no form"),
        ("F01", "2025-Q2", None, "is reported each month"),
        ("F01", "2025-13", None, "no period code"),
        ("F08", "2025-H2", None, "name its --area"),
        ("F08", "2025-H2", "B:051", "nobody of that name"),
        ("NSO-IIP", "2025-06", None, "published by its sender"),
    ],
)
def test_what_has_no_template_is_said(catalog: Catalog, form: str, period: str, area: str | None, words: str) -> None:
    with pytest.raises(blank_form.TemplateError, match=words):
        blank_form.choose(catalog, form, period, area)


def test_every_form_has_a_case(catalog: Catalog) -> None:
    published = {code for code in catalog.forms.forms if code.startswith("NSO-")}
    assert {form for form, _, _ in CASES} | published == set(catalog.forms.forms)
    assert (ROOT / "include" / "catalog").is_dir()
