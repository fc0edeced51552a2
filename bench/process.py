"""Whole processes: what a command costs before it does anything."""

from __future__ import annotations

from bench.measure import Figure, Piece, Run, at_most, python, rounds
from xanh.samples import write_samples

SENDER, SMALL = "so-cong-thuong", "xuat_pos_T6.2025.csv"


def measure(run: Run) -> list[Figure]:
    """`xanh check` of one small file against a bare import of pandas."""
    write_samples(run.folder)
    small = run.folder / SENDER / SMALL
    found = rounds(
        [
            Piece("pandas", python(["-c", "import pandas"])),
            Piece("check", python(["-m", "xanh", "check", str(small), "--department", SENDER])),
            Piece("gx", python(["-c", "import pandas, great_expectations"])),
        ],
        2 * run.rounds,
    )
    bare = found["pandas"]
    return [
        Figure("import pandas", bare, "s"),
        Figure("xanh check of a small file", found["check"], "s", "import pandas", bare, at_most(1.5)),
        Figure("import pandas and Great Expectations", found["gx"], "s", "import pandas", bare),
    ]
