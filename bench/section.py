"""One section of the bench: measured, printed and kept."""

from __future__ import annotations

import importlib
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import kept, report
from bench.measure import Run


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line."""

    run: str
    rounds: int
    quick: bool
    profile: bool


def measure(section: str, wanted: Wanted) -> None:
    """Measures a section and prints its lines; keeps them where all was measured."""
    rounds = 1 if wanted.quick else wanted.rounds
    load, started = os.getloadavg()[0], time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="xanh-bench-") as folder:
        run = Run(wanted.quick, rounds, Path(folder), wanted.profile)
        figures = importlib.import_module(f"bench.{section}").measure(run)
    seconds = time.perf_counter() - started
    done = kept.Measured(wanted.run, section, figures, rounds, seconds, (load, os.getloadavg()[0]))
    is_whole = not wanted.quick and not wanted.profile
    earlier = kept.before(done) if is_whole else None
    print("\n".join(report.lines(done, earlier)), flush=True)
    if is_whole:
        kept.keep(done)
        report.keep(done, earlier)
