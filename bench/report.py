"""The table: printed, and kept in docs/benchmarks.md, where each section replaces its own lines."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from bench.kept import Earlier, Measured, is_independent, machine_started
from bench.measure import Figure, Series
from xanh.settings import ROOT

DOCUMENT = ROOT / "docs" / "benchmarks.md"
START, END = "<!-- figures: start -->", "<!-- figures: end -->"
HEAD = "| Section | What | Measured | Ratio to | Ratio | Before | Target | Met |\n|---|---|---|---|---|---|---|---|"
OUTSIDE = "≠"


def lines(done: Measured, earlier: Earlier | None) -> list[str]:
    """The lines of one section, beside what an earlier run found; `≠` where the rounds of the two do not reach into each other."""
    return [_line(done.section, figure, earlier) for figure in done.figures]


def note(done: Measured, earlier: Earlier | None) -> str:
    """When, where, how often and how long a section was measured; the load tells how quiet the machine was."""
    load = " and ".join(f"{value:.1f}" for value in done.load)
    how = f"{done.run}, rounds: {done.rounds}, {done.seconds / 60:.1f} min, load {load} before and at the end"
    return f"- **{done.section}**: {how}; {machine()}, started {machine_started()}{_agreement(done, earlier)}."


def _agreement(done: Measured, earlier: Earlier | None) -> str:
    """With how many ratios of the earlier run those of this one agree."""
    if earlier is None:
        return ""
    pairs = [(f.ratio, earlier.judged[f.what]) for f in done.figures if f.ratio and f.what in earlier.judged]
    within = sum(ratio.overlaps(its) for ratio, its in pairs)
    start = "another start or day" if is_independent(earlier, done) else "the same start"
    return f"; before: {earlier.run} ({start} of the machine), {within} of {len(pairs)} ratios within their spread"


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


def keep(done: Measured, earlier: Earlier | None, path: Path = DOCUMENT) -> None:
    """Replaces the lines of a section in the document; those of the others and the words around them stay."""
    document = path.read_text(encoding="utf-8")
    before, _, rest = document.partition(START)
    inside, _, after = rest.partition(END)
    old = inside.splitlines()
    mine = f"| {done.section} |"
    rows = [line for line in old if line.startswith("| ") and not line.startswith(("| Section", mine))]
    notes = [line for line in old if line.startswith("- **") and not line.startswith(f"- **{done.section}**")]
    rows, notes = _sorted([*rows, *lines(done, earlier)]), _sorted([*notes, note(done, earlier)])
    text = "\n".join([HEAD, *rows, "", *notes])
    path.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")


def _sorted(rows: list[str]) -> list[str]:
    """By section; within one in the order in which they came."""
    return sorted(rows, key=lambda row: row.strip("|-* ").partition(" |")[0].partition("**")[0])


def _line(section: str, figure: Figure, earlier: Earlier | None) -> str:
    met = {None: "", True: "yes", False: "**no**"}[figure.is_met]
    cells = (
        section,
        figure.what,
        f"{_value(figure.series)} {figure.unit}",
        figure.baseline or "",
        "" if figure.ratio is None else _value(figure.ratio),
        _before(figure, earlier),
        str(figure.target or ""),
        met,
    )
    return f"| {' | '.join(cells)} |"


def _before(figure: Figure, earlier: Earlier | None) -> str:
    """The earlier run's ratio; nothing for a figure that is compared with nothing: seconds tell about the machine."""
    its = earlier.judged.get(figure.what) if earlier and figure.ratio else None
    if its is None or figure.ratio is None:
        return ""
    return _value(its) if figure.ratio.overlaps(its) else f"{_value(its)} {OUTSIDE}"


def _value(series: Series) -> str:
    spread = f" ± {series.spread:.0%}" if len(series.values) > 1 else ""
    return f"{_digits(series.median)}{spread}"


def _digits(value: float) -> str:
    """Three digits that count, without an exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}" if value >= 0.001 else f"{value:.6f}"
