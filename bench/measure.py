"""Times pieces of work in turns over several rounds: a figure is the ratio to a baseline of the same minutes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Work = Callable[[], object]


@dataclass(frozen=True)
class Run:
    """What a section is told: whether it must be short, how many rounds, and a folder of its own that goes away."""

    quick: bool
    rounds: int
    folder: Path
    profile: bool = False
    """Also print where the time goes, to standard output."""


@dataclass(frozen=True)
class Series:
    """What the rounds found: seconds, megabytes, shares."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """Half the distance from the least to the greatest, as a share of the median."""
        return (max(self.values) - min(self.values)) / 2 / self.median if self.median else 0.0

    def over(self, baseline: Series) -> Series:
        """Round by round the ratio to a baseline that was measured in turns with this."""
        return Series(tuple(mine / its for mine, its in zip(self.values, baseline.values, strict=True)))

    def overlaps(self, other: Series) -> bool:
        """Whether what one's rounds found reaches into what the other's did."""
        return max(min(self.values), min(other.values)) <= min(max(self.values), max(other.values))


@dataclass(frozen=True)
class Target:
    """What a ratio, or without a baseline the value itself, must be."""

    limit: float
    is_upper: bool

    def is_met(self, value: float) -> bool:
        return value <= self.limit if self.is_upper else value >= self.limit

    def __str__(self) -> str:
        return f"{'at most' if self.is_upper else 'at least'} {self.limit:g}"


def at_most(limit: float) -> Target:
    """A target that is met by the limit and what is less."""
    return Target(limit, is_upper=True)


def at_least(limit: float) -> Target:
    """A target that is met by the limit and what is more."""
    return Target(limit, is_upper=False)


@dataclass(frozen=True)
class Figure:
    """A line of the table: what was measured in which unit, and the ratio to a baseline of the same rounds."""

    what: str
    series: Series
    unit: str
    baseline: str | None = None
    """The baseline's name."""
    against: Series | None = None
    target: Target | None = None

    @property
    def ratio(self) -> Series | None:
        return self.series.over(self.against) if self.against else None

    @property
    def is_met(self) -> bool | None:
        """None without a target."""
        judged = self.ratio or self.series
        return self.target.is_met(judged.median) if self.target else None


@dataclass(frozen=True)
class Piece:
    """A piece of work: its seconds are divided by `units` (files, rows); `before` runs untimed ahead of each round."""

    name: str
    work: Work
    units: float = 1
    before: Work | None = None


def rounds(pieces: Sequence[Piece], count: int, *, warm: bool = True) -> dict[str, Series]:
    """The seconds a unit of each piece by its name, one a round; in each round the pieces take turns.

    `warm`: one more round goes ahead and is not counted.
    """
    found: dict[str, list[float]] = {piece.name: [] for piece in pieces}
    for number in range(count + warm):
        for piece in pieces:
            seconds = timed(piece.work, piece.before) / piece.units
            if number >= warm:
                found[piece.name].append(seconds)
    return {name: Series(tuple(values)) for name, values in found.items()}


def timed(work: Work, before: Work | None = None) -> float:
    """The seconds that `work` takes once; `before` runs untimed ahead of it."""
    if before:
        before()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def python(arguments: Sequence[str], environment: Mapping[str, str] | None = None, code: int = 0) -> Work:
    """A whole Python process as a piece of work. Raises CalledProcessError when it does not end with `code`."""

    def run() -> None:
        done = subprocess.run([sys.executable, *arguments], check=False, capture_output=True, env=environment)
        if done.returncode != code:
            raise subprocess.CalledProcessError(done.returncode, done.args, done.stdout, done.stderr)

    return run
