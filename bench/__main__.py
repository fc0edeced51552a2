"""`python -m bench [--quick] [--files FOLDER]`: measures, prints the table and writes it into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from datetime import date
from pathlib import Path

from bench import floor, naive
from bench.measure import Figure, process, timed
from bench.stand import Dropped, refill, stand
from xanh.catalog import load_catalog
from xanh.database import postgres
from xanh.database.warehouse import connect
from xanh.loading.ingest import run
from xanh.parsing.parse import parse
from xanh.reading.harmonise import read
from xanh.samples import write_samples
from xanh.settings import ROOT, Settings

DOCUMENT = ROOT / "docs" / "benchmarks.md"
START, END = "<!-- figures: start -->", "<!-- figures: end -->"
STATISTICS_OFFICE = "cuc-thong-ke"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round on few files; writes nothing")
    parser.add_argument("--rounds", type=int, default=3, help="how often each piece of work is timed")
    parser.add_argument(
        "--profile", action="store_true", help="also print where one ingest of the samples spends its time"
    )
    chosen = parser.parse_args()
    rounds = 1 if chosen.quick else chosen.rounds
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, stand() as settings:
        for name, files in _sets(Path(folder), quick=chosen.quick).items():
            figures += _measure(name, files, settings, rounds)
            if chosen.profile:
                _profile(files, settings)
        figures += _starts(Path(folder), rounds)
    text = _table(figures, rounds)
    print(text)
    if not chosen.quick:
        _keep(text)
    return 0


def _sets(folder: Path, *, quick: bool) -> dict[str, list[Dropped]]:
    """Our own samples, and the statistics office's workbooks where they are."""
    own = [
        (folder / e.path, e.department)
        for e in write_samples(folder)
        if e.verdict.startswith("accepted") and e.revision == 1
    ]
    sets = {"own samples": own[::8] if quick else own}
    corpus = Path(os.environ.get("XANH_SHARED") or ROOT.parent / "shared") / "corpus" / "nso" / "files"
    workbooks = [(path, STATISTICS_OFFICE) for path in sorted(corpus.glob("*"))] if corpus.is_dir() else []
    if workbooks:
        sets["office workbooks"] = workbooks[::8] if quick else workbooks
    return sets


def _measure(name: str, files: list[Dropped], settings: Settings, rounds: int) -> list[Figure]:
    paths, count = [path for path, _ in files], len(files)
    catalog = load_catalog(settings.catalog)
    with connect(settings, "loader") as connection:
        bottom = timed(lambda: floor.load(paths, connection), rounds, count)
    bare = timed(lambda: floor.read(paths), rounds, count)
    parsed = timed(lambda: [parse(path, path.name, settings.limits) for path in paths], rounds, count)
    workbooks = [(parse(path, path.name, settings.limits), path.name, department) for path, department in files]
    told = timed(lambda: [read(w, catalog, d, n, date(2026, 7, 31)) for w, n, d in workbooks], rounds, count)
    engine = naive.prepare(postgres.ensure_running(settings).url("owner"))
    usual = timed(lambda: naive.load(paths, engine), rounds, count)
    refill(settings, files[:3])
    run(settings)
    whole = timed(lambda: run(settings), rounds, count, before=lambda: refill(settings, files))
    return [
        Figure(f"{name} ({count}): floor, calamine read and COPY", bottom, "s a file"),
        Figure(f"{name}: naive, pandas + GX a file + to_sql", usual, "s a file", "floor", usual.median / bottom.median),
        Figure(f"{name}: bare calamine read", bare, "s a file"),
        Figure(f"{name}: gate and parse in the child", parsed, "s a file", "bare read", parsed.median / bare.median),
        Figure(f"{name}: recognise and harmonise", told, "s a file", "bare read", told.median / bare.median),
        Figure(f"{name}: ingest end to end", whole, "s a file", "floor", whole.median / bottom.median, "at most 6"),
        Figure(f"{name}: naive against ingest", usual, "s a file", "ingest", usual.median / whole.median, "at least 6"),
    ]


def _starts(folder: Path, rounds: int) -> list[Figure]:
    """Whole processes: `xanh check` of one small file against a bare import of pandas."""
    small = next(folder.rglob("xuat_pos_T6.2025.csv"))
    bare = process(["-c", "import pandas"], rounds)
    checked = process(["-m", "xanh", "check", str(small), "--department", "so-cong-thuong"], rounds)
    usual = process(["-c", "import pandas, great_expectations"], rounds)
    return [
        Figure("process: import pandas", bare, "s"),
        Figure("process: import pandas, great_expectations", usual, "s", "import pandas", usual.median / bare.median),
        Figure(
            "process: xanh check of a small file",
            checked,
            "s",
            "import pandas",
            checked.median / bare.median,
            "under 1.5",
        ),
    ]


def _profile(files: list[Dropped], settings: Settings) -> None:
    import cProfile
    import pstats

    refill(settings, files)
    with cProfile.Profile() as profile:
        run(settings)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


def _table(figures: list[Figure], rounds: int) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    head = [f"{date.today():%Y-%m-%d}, {machine}, median of {rounds} rounds (± half the range).", ""]
    head += ["| What | Measured | Ratio to | Ratio | Target |", "|---|---|---|---|---|"]
    return "\n".join(head + [_line(figure) for figure in figures])


def _line(figure: Figure) -> str:
    measured = f"{figure.timing.median:.4f} {figure.unit} ± {figure.timing.spread:.0%}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return f"| {figure.name} | {measured} | {figure.baseline or ''} | {ratio} | {figure.target or ''} |"


def _keep(text: str) -> None:
    """Replaces the figures in the document; the words around them stay."""
    document = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = document.partition(START)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
