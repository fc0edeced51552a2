"""The marked copies of the real samples with mistakes: everything of the original, marks on the true cells, and LibreOffice opens them."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from xanh.catalog import Catalog
from xanh.feedback.marked import mark
from xanh.feedback.marks.copies import copy_of
from xanh.feedback.marks.front import Front
from xanh.feedback.marks.legacy import copy_of_xls
from xanh.feedback.marks.styles import FILLS
from xanh.feedback.marks.words import SHEET
from xanh.feedback.tasks import tasks
from xanh.limits import Limits
from xanh.parsing.parse import parse
from xanh.reading.harmonise import read
from xanh.settings import Settings
from xanh.validation.suites import read_suites
from xanh.validation.validate import validate

FRONT = Front(1, "CHƯA NHẬN", "Tệp", "Sửa và gửi lại.", ["Số liệu đúng theo thực tế"])
MANY = {"ytd_in_month", "old_district_after_2025_07_01"}
"""Families whose truth names one representative cell of several."""


def mistakes(samples: Path) -> Mapping[str, set[tuple[str, str, str]]]:
    """Cell, family and severity of each seeded mistake, by file."""
    found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    with (samples / "truth" / "issues.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            if line["error_family"] != "exact_duplicate":
                found[line["file"]].add((line["cell"], line["error_family"], line["severity"]))
    return found


@pytest.fixture(scope="module")
def marked(shared: Path, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, bytes]]:
    """The .xlsx that was marked (or the copy that was made) and the marked one, by file."""
    samples = shared / "samples"
    home = tmp_path_factory.mktemp("marked")
    settings = Settings(home=home, drop=home, archive=home, publish=home)
    assert read_suites(settings.expectations)
    results = {}
    for name in mistakes(samples):
        path = samples / name
        department = Path(name).parent.relative_to("drop").as_posix()
        workbook = parse(path, path.name, Limits())
        reading = read(workbook, catalog, department, path.name, date(2026, 7, 1))
        (found,) = validate([reading], catalog, settings, is_dry_run=True)
        todo = tasks([*reading.issues, *found], catalog.rules)
        base = path.read_bytes()
        if path.suffix != ".xlsx":
            base, names = copy_of_xls(base, workbook) if path.suffix == ".xls" else copy_of(workbook)
            assert set(names) == {sheet.name for sheet in workbook.sheets}
        results[name] = (base, mark(base, FRONT, [] if path.suffix == ".csv" else todo))
    return results


def contents(content: bytes) -> dict[tuple[str, str], object]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    found: dict[tuple[str, str], object] = {}
    for sheet in book:
        if sheet.title == SHEET:
            continue
        found[sheet.title, "merges"] = sorted(str(area) for area in sheet.merged_cells.ranges)
        found[sheet.title, "widths"] = {name: column.width for name, column in sheet.column_dimensions.items()}
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    found[sheet.title, cell.coordinate] = (cell.value, cell.number_format, cell.font.name, cell.font.b)
    return found


def coloured(content: bytes) -> set[tuple[str, str]]:
    """Address and severity of every coloured cell."""
    by_colour = {colour: severity for severity, colour in FILLS.items()}
    return {
        (cell.coordinate, by_colour[cell.fill.fgColor.rgb])
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
        if sheet.title != SHEET
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in by_colour
    }


def test_values_formats_merges_and_widths_of_every_sample_stay(marked: dict[str, tuple[bytes, bytes]]) -> None:
    changed = {name for name, (base, result) in marked.items() if contents(base) != contents(result)}
    assert changed == set()


def test_the_marks_are_on_the_cells_of_the_seeded_mistakes(
    marked: dict[str, tuple[bytes, bytes]], shared: Path
) -> None:
    wrong = {}
    for name, seeded in mistakes(shared / "samples").items():
        if name.endswith(".csv"):
            continue
        expected = {(cell, severity) for cell, _, severity in seeded if cell}
        found = coloured(marked[name][1])
        is_right = expected <= found if any(family in MANY for _, family, _ in seeded) else expected == found
        if not is_right:
            wrong[name] = (expected, found)
    assert wrong == {}


@pytest.mark.slow
def test_libreoffice_opens_every_marked_sample_and_finds_the_same_values(
    marked: dict[str, tuple[bytes, bytes]], tmp_path: Path
) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is needed to see that it opens marked workbooks")
        pytest.skip("LibreOffice (soffice) is not installed")
    files = {tmp_path / f"{number}.xlsx": result for number, (_, result) in enumerate(marked.values())}
    for path, content in files.items():
        path.write_bytes(content)
    command = [
        soffice,
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), *map(str, files)], check=True, capture_output=True, timeout=600
    )
    for path, content in files.items():
        saved = (tmp_path / "out" / path.name).read_bytes()
        before = {place: value[0] for place, value in contents(content).items() if isinstance(value, tuple)}
        after = {place: value[0] for place, value in contents(saved).items() if isinstance(value, tuple)}
        assert after == before
        assert coloured(saved) == coloured(content)
        assert parse(tmp_path / "out" / path.name, path.name, Limits()).corrects == "1"
