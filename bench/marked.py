"""The marked workbook of a 2 MB file against openpyxl's load and save of the same file."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from bench import large
from bench.measure import Figure, Piece, Run, at_most, rounds
from xanh.catalog import load_catalog
from xanh.feedback.marked import mark
from xanh.feedback.marks.front import Front
from xanh.feedback.tasks import tasks
from xanh.model import Issue
from xanh.settings import ROOT

MARKS = 200
FRONT = Front(1, "rejected", "Biểu số 01", "Đề nghị đơn vị sửa và gửi lại.", ("Số liệu đúng",))


def measure(run: Run) -> list[Figure]:
    """Two hundred cells marked and explained in the appendix of an official form."""
    content = large.write(run, 2).read_bytes()
    todo = tasks([_finding(row) for row in range(2, MARKS + 2)], load_catalog(ROOT / "include" / "catalog").rules)
    found = rounds(
        [
            Piece("openpyxl", lambda: load_workbook(io.BytesIO(content)).save(io.BytesIO())),
            Piece("mark", lambda: mark(content, FRONT, todo)),
        ],
        run.rounds,
    )
    size = f"{len(content) / 1e6:.1f} MB"
    return [
        Figure(f"openpyxl loads and saves {size}", found["openpyxl"], "s"),
        Figure(
            f"marked workbook of {size}, {MARKS} cells", found["mark"], "s", "openpyxl", found["openpyxl"], at_most(3)
        ),
    ]


def _finding(row: int) -> Issue:
    said = f"Số liệu tại ô C{row} lớn gấp nhiều lần kỳ trước."
    return Issue("critical", "HIST-FACTOR", "department", said, said, large.APPENDIX, f"C{row}", "1", (), "history")
