"""What the runs found, one file a run in docs/benchmarks, so that a figure can stand beside that of another day or after a restart."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.measure import Figure, Series
from xanh.settings import ROOT

FOLDER = ROOT / "docs" / "benchmarks"
MOMENT = "%Y-%m-%dT%H%M"


@dataclass(frozen=True)
class Measured:
    """One section of a run: its figures, and how it came to them."""

    run: str
    """The moment when the run began, in UTC: its name."""
    section: str
    figures: Sequence[Figure]
    rounds: int
    seconds: float
    load: tuple[float, float]
    """Of the machine in the minute before and in the last one: how quiet it was."""


@dataclass(frozen=True)
class Earlier:
    """What an earlier run found in the same section."""

    run: str
    machine_started: str
    judged: Mapping[str, Series]
    """By what was measured: the ratios, or the values of a figure that is compared with nothing."""


def new_name() -> str:
    """The name of a run that begins now."""
    return f"{datetime.now(UTC):{MOMENT}}"


def machine_started() -> str:
    """When the machine was started, in UTC; empty where the system does not tell."""
    path = Path("/proc/stat")
    lines = path.read_text().splitlines() if path.is_file() else []
    seconds = next((line.split()[1] for line in lines if line.startswith("btime")), None)
    return f"{datetime.fromtimestamp(int(seconds), UTC):{MOMENT}}" if seconds else ""


def keep(done: Measured, folder: Path = FOLDER) -> None:
    """Adds the section to the file of its run, in the place of an earlier measurement of the same run."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{done.run}.json"
    run = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"sections": {}}
    run["machine_started"] = machine_started()
    run["sections"][done.section] = {
        "rounds": done.rounds,
        "seconds": round(done.seconds),
        "load": [round(value, 1) for value in done.load],
        "figures": [_figure(each) for each in done.figures],
    }
    path.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def before(done: Measured, folder: Path = FOLDER) -> Earlier | None:
    """The newest earlier run with the section: of another day or another start of the machine if there is one, else any."""
    found = []
    for path in sorted(folder.glob("*.json")):
        run = json.loads(path.read_text(encoding="utf-8"))
        if path.stem < done.run and done.section in run["sections"]:
            judged = {each["what"]: _judged(each) for each in run["sections"][done.section]["figures"]}
            found.append(Earlier(path.stem, run["machine_started"], judged))
    return max(found, key=lambda earlier: (is_independent(earlier, done), earlier.run), default=None)


def is_independent(earlier: Earlier, done: Measured) -> bool:
    """Whether the runs are of different days or of different starts of the machine."""
    return earlier.run[:10] != done.run[:10] or earlier.machine_started != machine_started()


def _figure(figure: Figure) -> dict[str, Any]:
    told: dict[str, Any] = {"what": figure.what, "unit": figure.unit, "values": _rounded(figure.series)}
    if figure.ratio is not None:
        told |= {"baseline": figure.baseline, "ratios": _rounded(figure.ratio)}
    if figure.target is not None:
        told |= {"target": str(figure.target), "is_met": figure.is_met}
    return told


def _rounded(series: Series) -> list[float]:
    return [float(f"{value:.4g}") for value in series.values]


def _judged(figure: Mapping[str, Any]) -> Series:
    return Series(tuple(figure.get("ratios") or figure["values"]))
