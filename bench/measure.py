"""Times a piece of work over several rounds: median and spread."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds a unit of work (a file, a process) took over the rounds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """Half the distance from the fastest to the slowest round, as a share of the median."""
        return (max(self.seconds) - min(self.seconds)) / 2 / self.median


@dataclass(frozen=True)
class Figure:
    """A line of the table: what was measured, per what, and the ratio to a baseline of the same run."""

    name: str
    timing: Timing
    unit: str
    baseline: str | None = None
    ratio: float | None = None
    target: str | None = None


def timed(
    work: Callable[[], object], rounds: int, units: int = 1, before: Callable[[], object] | None = None
) -> Timing:
    """The seconds a unit of `work` over the rounds; `before` runs untimed ahead of each."""
    found = []
    for _ in range(rounds):
        if before:
            before()
        started = time.perf_counter()
        work()
        found.append((time.perf_counter() - started) / units)
    return Timing(tuple(found))


def process(arguments: list[str], rounds: int, environment: dict[str, str] | None = None) -> Timing:
    """The seconds of a whole Python process."""
    command = [sys.executable, *arguments]

    def run() -> None:
        subprocess.run(command, check=False, capture_output=True, env=environment)

    return timed(run, rounds)
