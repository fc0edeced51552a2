"""Peak memory of one `xanh ingest`, its parser child included, against 400 MB plus three times the largest file."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

import psutil

from bench import large
from bench.measure import Figure, Run, Series, at_most
from bench.sets import own_samples, workbooks
from bench.stand import Dropped, environment, refill, stand

ALLOWED_MB, TIMES = 400, 3
LOOK_SECONDS = 0.02


def measure(run: Run) -> list[Figure]:
    """Each set of files in a process of its own; memory shared by several processes is counted once."""
    cases = {
        "own samples": own_samples(run),
        "office workbooks": workbooks(run),
        "a workbook of 2 MB": [(large.write(run, 2), large.SENDER)],
        "a workbook of 4 MB": [(large.write(run, 4), large.SENDER)],
    }
    return [_figure(name, files, run) for name, files in cases.items() if files]


def _figure(name: str, files: Sequence[Dropped], run: Run) -> Figure:
    largest = max(path.stat().st_size for path, _ in files) / 1e6
    allowed = ALLOWED_MB + TIMES * largest
    peaks = []
    with stand() as settings:
        for _ in range(run.rounds):
            refill(settings, files)
            peaks.append(_peak([sys.executable, "-m", "xanh", "ingest"], environment(settings)))
    baseline = Series((allowed,) * len(peaks))
    what = f"{name} ({len(files)}, largest {largest:.1f} MB): peak of ingest"
    return Figure(what, Series(tuple(peaks)), "MB", f"{allowed:.0f} MB", baseline, at_most(1))


def _peak(command: Sequence[str], words: dict[str, str]) -> float:
    """The most megabytes that the process and its children hold together. Raises CalledProcessError when it fails."""
    process = subprocess.Popen(command, env=words, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _held(process.pid))
        time.sleep(LOOK_SECONDS)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return peak / 1e6


def _held(pid: int) -> int:
    held = 0
    try:
        root = psutil.Process(pid)
        for each in (root, *root.children(recursive=True)):
            held += each.memory_full_info().pss
    except psutil.NoSuchProcess:
        return held  # it ended between two looks
    return held
