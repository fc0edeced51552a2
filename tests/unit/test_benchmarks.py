"""The table of the benchmarks: a section replaces its own lines, and stands beside what an earlier run found."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import kept, report
from bench.kept import Measured
from bench.measure import Figure, Series, at_most

AROUND = f"Before.\n{report.START}\n| other | kept |\n\n- **other**: as it was.\n{report.END}\nAfter.\n"


def _measured(run: str, *ratios: float) -> Measured:
    baseline = Series((2.0,) * len(ratios))
    figure = Figure("loading", Series(tuple(2 * ratio for ratio in ratios)), "s", "reading", baseline, at_most(3))
    return Measured(run, "demo", [figure], len(ratios), 90.0, (0.1, 1.9))


def test_a_section_replaces_its_own_lines_and_leaves_the_others(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text(AROUND, encoding="utf-8")
    report.keep(_measured("2026-01-01T0800", 5.0), None, document)
    report.keep(_measured("2026-01-02T0800", 1.5, 2.5), None, document)
    lines = document.read_text(encoding="utf-8").splitlines()
    assert [lines[0], lines[-1]] == ["Before.", "After."]
    assert [line for line in lines if line.startswith("| ")][1:] == [
        "| demo | loading | 4 ± 25% s | reading | 2 ± 25% |  | at most 3 | yes |",
        "| other | kept |",
    ]
    assert [line.split(":")[0] for line in lines if line.startswith("- ")] == ["- **demo**", "- **other**"]


@pytest.mark.parametrize(("ratios", "cell", "agreeing"), [((2.4, 3.0), "2 ± 25%", 1), ((2.6, 3.0), "2 ± 25% ≠", 0)])
def test_a_ratio_stands_beside_that_of_an_earlier_run(
    tmp_path: Path, ratios: tuple[float, ...], cell: str, agreeing: int
) -> None:
    kept.keep(_measured("2026-01-01T0800", 1.5, 2.5), tmp_path)
    done = _measured("2026-01-02T0800", *ratios)
    earlier = kept.before(done, tmp_path)
    assert f" | {cell} | at most 3 | " in report.lines(done, earlier)[0]
    assert f"{agreeing} of 1 ratios within their spread" in report.note(done, earlier)


def test_a_run_of_another_day_is_looked_at_before_one_of_the_same(tmp_path: Path) -> None:
    for run in ("2026-01-01T0800", "2026-01-02T0800", "2026-01-02T0900"):
        kept.keep(_measured(run, 1.0), tmp_path)
    found = [kept.before(_measured(run, 1.0), tmp_path) for run in ("2026-01-02T0900", "2026-01-01T0800")]
    assert [earlier and earlier.run for earlier in found] == ["2026-01-01T0800", None]
