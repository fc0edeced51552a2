"""One sample of each form, read from memory again and again with one cell changed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from harness import ACCEPTED, Key, key_of
from openpyxl.utils.cell import coordinate_to_tuple

from xanh.catalog import Catalog
from xanh.limits import Limits
from xanh.model import Cell, Issue, Observation, Reading, Workbook
from xanh.parsing.parse import parse
from xanh.reading.examine import Examined, validated, verdict_of
from xanh.reading.harmonise import read
from xanh.settings import Settings

TODAY = date(2026, 7, 31)
SAMPLES = {
    "F01": "so-cong-thuong/Biểu số 01 tháng 6 năm 2025.xlsx",
    "F02": "so-cong-thuong/Biểu 02 tiêu hao NL quý IV năm 2025.xlsx",
    "F03": "so-cong-thuong/Biểu 03 TKNL năm 2024.xlsx",
    "F04": "so-cong-thuong/Biểu 04 siêu thị, chợ Q4.2025.xlsx",
    "F05": "so-cong-thuong/xuat_pos_T2.2025.csv",
    "F06": "so-nong-nghiep-moi-truong/Biểu 06 chất thải rắn quý I năm 2025.xlsx",
    "F07": "so-nong-nghiep-moi-truong/Biểu 07 chất thải CN 6 tháng đầu năm 2025.xlsx",
    "F08": "ubnd/huyen-hoa-an/Biểu 08 Huyện Hòa An 6 tháng đầu năm 2025.xlsx",
    "F09": "so-cong-thuong/Biểu 09 CCN, làng nghề 6T đầu năm 2025.xlsx",
    "F11": "dien-luc/nguon dien T02.2025.csv",
}

Value = tuple[Decimal | None, str | None]
"""What an observation says, and of which item."""


@dataclass(frozen=True)
class Base:
    """A sample that is accepted without a finding, and what it says."""

    form: str
    path: Path
    department: str
    workbook: Workbook
    reading: Reading
    catalog: Catalog
    settings: Settings

    def cell(self, sheet: str, address: str) -> Cell | None:
        return next(s for s in self.workbook.sheets if s.name == sheet).cells.get(coordinate_to_tuple(address))

    @cached_property
    def rows(self) -> Mapping[tuple[str, int], Sequence[Observation]]:
        """The observations of each row of the file."""
        found: dict[tuple[str, int], list[Observation]] = {}
        for o in self.reading.observations:
            found.setdefault((o.source_sheet, coordinate_to_tuple(o.source_cell.split("+")[0])[0]), []).append(o)
        return found

    def label(self, sheet: str, row: int) -> Cell:
        """The first text of the row that is no number of it."""
        cells = next(s for s in self.workbook.sheets if s.name == sheet).cells
        texts = sorted((c.column, c) for c in cells.values() if c.row == row and c.kind == "text")
        return next(c for _, c in texts if len(c.text.strip(" .IVX0123456789")) > 1)

    def with_cell(self, sheet: str, cell: Cell, text: str | None, kind: str = "text") -> Workbook:
        """The workbook with another text in the cell; None empties it."""
        changed = dict(next(s for s in self.workbook.sheets if s.name == sheet).cells)
        if text is None:
            del changed[(cell.row, cell.column)]
        else:
            changed[(cell.row, cell.column)] = cell._replace(kind=kind, text=text, raw=None)
        sheets = tuple(replace(s, cells=changed) if s.name == sheet else s for s in self.workbook.sheets)
        return replace(self.workbook, sheets=sheets)


@dataclass(frozen=True)
class Said:
    """What became of one changed workbook."""

    is_refused: bool
    issues: Sequence[Issue]
    values: Mapping[Key, Value]

    def told_at(self, row: int) -> bool:
        """Whether a finding that is more than a note stands at the row."""
        return any(
            coordinate_to_tuple(part)[0] == row
            for issue in self.issues
            if issue.severity != "info"
            for cell in (issue.cell, *issue.cells)
            for part in (cell or "").split("+")
            if part
        )

    def families_at(self, address: str) -> set[str | None]:
        """The families of the findings at a cell, notes left out."""
        return {
            issue.family
            for issue in self.issues
            if issue.severity != "info" and address in {*(issue.cell or "").split("+"), *issue.cells}
        }


def load(drop: Path, form: str, catalog: Catalog, settings: Settings) -> Base:
    """The sample of a form from the folder of the own samples."""
    path = drop / SAMPLES[form]
    department = Path(SAMPLES[form]).parent.as_posix()
    workbook = parse(path, path.name, Limits())
    reading = read(workbook, catalog, department, path.name, TODAY)
    return Base(form, path, department, workbook, reading, catalog, settings)


def said(base: Base, workbooks: Sequence[Workbook], name: str | None = None) -> list[Said]:
    """What the library makes of each workbook under the name of the sample, judged together as the dry run does."""
    readings = [read(w, base.catalog, base.department, name or base.path.name, TODAY) for w in workbooks]
    found = validated([Examined(r, r.issues) for r in readings], base.catalog, base.settings, is_dry_run=True)
    return [
        Said(verdict_of(r, i) not in ACCEPTED, i, {key_of(o): (o.value, o.item_name) for o in r.observations})
        for r, i in zip(readings, found, strict=True)
    ]


def chosen(base: Base, count: int | None, seed: str) -> list[tuple[str, int]]:
    """So many rows of the sample, the same ones every time; None: all."""
    rows = sorted(base.rows)
    return rows if count is None or count >= len(rows) else random.Random(f"{base.form} {seed}").sample(rows, count)


Change = Callable[[str], str | None]
