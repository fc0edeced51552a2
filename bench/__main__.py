"""`python -m bench [SECTION ...] [--quick] [--rounds N] [--profile]`: measures, prints the table, keeps it in docs/benchmarks.md.

Each section runs in a process of its own: what one has imported or left behind is no part of the next, and one that fails costs
only its own lines.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys

from bench import kept, report
from bench.section import Wanted, measure

SECTIONS = (
    "process",
    "ingest",
    "thousand",
    "copying",
    "marked",
    "memory",
    "stack",
    "beside",
    "cores",
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
    parser.add_argument("--profile", action="store_true", help="print where the time goes; writes nothing")
    parser.add_argument("--run", default=kept.new_name(), help="the run to add to: the moment when it began (now)")
    chosen = parser.parse_args()
    if unknown := set(chosen.sections) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    print(f"{report.machine()}\n\n{report.HEAD}", flush=True)
    wanted = [name for name in SECTIONS if name in (chosen.sections or SECTIONS)]
    how = Wanted(chosen.run, chosen.rounds, chosen.quick, chosen.profile)
    failed = [name for name in wanted if not _is_measured(name, how)]
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


def _is_measured(section: str, wanted: Wanted) -> bool:
    """Whether the section came to its end, in a process that knows nothing of the others."""
    process = multiprocessing.get_context("spawn").Process(target=measure, args=(section, wanted))
    process.start()
    process.join()
    return process.exitcode == 0


if __name__ == "__main__":
    sys.exit(main())
