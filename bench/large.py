"""A large workbook: an official form with an appendix of as many cells as make the file so large."""

from __future__ import annotations

import random
from pathlib import Path

from openpyxl import load_workbook

from bench.measure import Run
from xanh.samples import write_samples

SENDER, FORM = "so-cong-thuong", "Biểu số 01 tháng 6 năm 2025.xlsx"
APPENDIX = "Phụ lục"
COLUMNS = 20
ROWS_OF_A_MEGABYTE = 5_900


def write(run: Run, megabytes: float) -> Path:
    """The workbook below the run's folder; the same bytes of text and numbers at each call."""
    write_samples(run.folder / "samples")
    book = load_workbook(run.folder / "samples" / SENDER / FORM)
    sheet = book.create_sheet(APPENDIX)
    chance = random.Random(1)
    for number in range(1, round(ROWS_OF_A_MEGABYTE * megabytes) + 1):
        name = f"Hộ kinh doanh số {number}, tổ {chance.randrange(40)}, xã {chance.randrange(56)}"
        sheet.append([number, name, *(round(chance.uniform(0, 1e6), 2) for _ in range(COLUMNS - 2))])
    path = run.folder / f"{megabytes:g}MB" / FORM
    path.parent.mkdir()
    book.save(path)
    return path
