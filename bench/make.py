"""`make demo` and `make test` as a user starts them, and what takes their time."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping

from bench.measure import Figure, Run, Series
from xanh.settings import ROOT

DROPPED = "Dropped "
ANSWERED = re.compile(r"^\d+ of (\d+) files answered")
DURATION = re.compile(r"^([\d.]+)s (?:call|setup|teardown)\s+tests/(\w+)/")
MOST_FOLDERS = 4


def measure(run: Run) -> list[Figure]:
    """Each once: they take minutes. When it must be quick, the demo alone."""
    figures = _demo(run)
    return figures if run.quick else [*figures, _test(run)]


def _demo(run: Run) -> list[Figure]:
    """The demo, and when its files were dropped and answered."""
    moments: dict[str, float] = {}
    seconds = 0.0
    for seconds, line in _lines(["make", "demo"], {"XANH_HOME": str(run.folder / "home")}):
        if line.startswith(DROPPED):
            moments["dropped"] = seconds
        elif ANSWERED.match(line):
            moments["answered"] = seconds
    parts = (
        ("start of PostgreSQL and Airflow", moments["dropped"]),
        ("from the drop to the last indicator", moments["answered"] - moments["dropped"]),
        ("the end of what still runs, results and stop", seconds - moments["answered"]),
    )
    whole = Series((seconds,))
    told = [Figure(f"of it {name}", Series((part,)), "s", "make demo", whole) for name, part in parts]
    return [Figure("make demo", whole, "s"), *told]


def _test(run: Run) -> Figure:
    """The tests, and the folders that take most of their time, added up over the processes that share them."""
    words = {"PYTEST_ADDOPTS": "--durations=0 --durations-min=0.02", "XANH_HOME": str(run.folder / "tests")}
    told = list(_lines(["make", "test"], words))
    seconds, by_folder = told[-1][0], Counter[str]()
    for found in filter(None, (DURATION.match(line) for _, line in told)):
        by_folder[found[2]] += float(found[1])
    largest = ", ".join(
        f"{name} {share / by_folder.total():.0%}" for name, share in by_folder.most_common(MOST_FOLDERS)
    )
    return Figure(f"make test; most of it in {largest}", Series((seconds,)), "s")


def _lines(command: list[str], words: Mapping[str, str]) -> Iterator[tuple[float, str]]:
    """Each line that the command prints with the seconds until then. Raises CalledProcessError when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        yield time.perf_counter() - started, line.strip()
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, command)
