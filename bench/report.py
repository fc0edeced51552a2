"""The table: printed, and kept in docs/benchmarks.md, where each section replaces its own lines."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.measure import Figure, Series
from xanh.settings import ROOT

DOCUMENT = ROOT / "docs" / "benchmarks.md"
START, END = "<!-- figures: start -->", "<!-- figures: end -->"
HEAD = "| Section | What | Measured | Ratio to | Ratio | Target | Met |\n|---|---|---|---|---|---|---|"


def lines(section: str, figures: Sequence[Figure]) -> list[str]:
    """The lines of one section."""
    return [_line(section, figure) for figure in figures]


def note(section: str, rounds: int) -> str:
    """When, where and how often a section was measured; the machine's load tells how quiet it was."""
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    return f"- **{section}**: {date.today():%Y-%m-%d}, {rounds} rounds, load {load} at the end; {machine()}."


def machine() -> str:
    """The machine's name for the table: processor, cores, memory, versions."""
    cores = os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    words = f"{_processor()}, {cores} cores, {memory:.0f} GB, {platform.system()} {platform.release()}"
    return f"{words}, Python {platform.python_version()}"


def _processor() -> str:
    cpu = Path("/proc/cpuinfo")
    if not cpu.is_file():
        return platform.processor() or platform.machine()
    named = [line for line in cpu.read_text().splitlines() if line.startswith("model name")]
    return named[0].partition(":")[2].strip() if named else platform.machine()


def keep(section: str, table: Sequence[str], told: str) -> None:
    """Replaces the lines of a section in the document; those of the others and the words around them stay."""
    document = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = document.partition(START)
    kept, _, after = rest.partition(END)
    old = kept.splitlines()
    rows = [line for line in old if line.startswith("| ") and not line.startswith(("| Section", f"| {section} |"))]
    notes = [line for line in old if line.startswith("- **") and not line.startswith(f"- **{section}**")]
    text = "\n".join([HEAD, *_sorted([*rows, *table]), "", *_sorted([*notes, told])])
    DOCUMENT.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")


def _sorted(rows: Sequence[str]) -> list[str]:
    """By section; within one in the order in which they came."""
    return sorted(rows, key=lambda row: row.strip("|-* ").partition(" |")[0].partition("**")[0])


def _line(section: str, figure: Figure) -> str:
    ratio = "" if figure.ratio is None else _value(figure.ratio)
    met = {None: "", True: "yes", False: "**no**"}[figure.is_met]
    measured = f"{_value(figure.series)} {figure.unit}"
    return f"| {section} | {figure.what} | {measured} | {figure.baseline or ''} | {ratio} | {figure.target or ''} | {met} |"


def _value(series: Series) -> str:
    spread = f" ± {series.spread:.0%}" if len(series.values) > 1 else ""
    return f"{_digits(series.median)}{spread}"


def _digits(value: float) -> str:
    """Three digits that count, without an exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}" if value >= 0.001 else f"{value:.6f}"
