"""`python -m bench [SECTION ...] [--quick] [--rounds N] [--profile]`: measures, prints the table, keeps it in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

from bench import report
from bench.measure import Run

SECTIONS = (
    "process",
    "ingest",
    "thousand",
    "copying",
    "marked",
    "memory",
    "stack",
    "beside",
    "workers",
    "make",
    "history",
)
"""Modules of this package, each with `measure(run)`; run in this order."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all without any")
    parser.add_argument("--quick", action="store_true", help="one round on little; writes nothing")
    parser.add_argument("--rounds", type=int, default=5, help="how often each piece of work is timed (5)")
    parser.add_argument("--profile", action="store_true", help="also print where the time goes; writes nothing")
    chosen = parser.parse_args()
    if unknown := set(chosen.sections) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    missed = 0
    print(f"{report.machine()}\n\n{report.HEAD}", flush=True)
    for section in [name for name in SECTIONS if name in (chosen.sections or SECTIONS)]:
        rounds = 1 if chosen.quick else chosen.rounds
        with tempfile.TemporaryDirectory(prefix="xanh-bench-") as folder:
            run = Run(chosen.quick, rounds, Path(folder), chosen.profile)
            figures = importlib.import_module(f"bench.{section}").measure(run)
        table = report.lines(section, figures)
        print("\n".join(table), flush=True)
        missed += sum(figure.is_met is False for figure in figures)
        if not chosen.quick and not chosen.profile:
            report.keep(section, table, report.note(section, rounds))
    print(f"\n{missed} targets missed" if missed else "\nevery target met")
    return 0


if __name__ == "__main__":
    sys.exit(main())
