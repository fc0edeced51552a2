"""`xanh ingest` end to end and its stages, on our own samples and on the statistics office's workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bench import floor, general, naive
from bench.measure import Figure, Piece, Run, at_least, at_most, rounds
from bench.profiles import profiled
from bench.sets import own_samples, workbooks
from bench.stand import Dropped, owner, refill, stand
from xanh.catalog import load_catalog
from xanh.database import postgres
from xanh.loading.ingest import run as ingest
from xanh.model import Reading
from xanh.parsing.parse import parse
from xanh.reading.harmonise import read
from xanh.settings import Settings

TODAY = date(2026, 7, 31)


def measure(run: Run) -> list[Figure]:
    """Each set of files in a warehouse of its own."""
    figures: list[Figure] = []
    for name, files in {"own samples": own_samples(run), "office workbooks": workbooks(run)}.items():
        if files:
            with stand() as settings:
                figures += _measured(name, files, settings, run)
    return figures


def _measured(name: str, files: Sequence[Dropped], settings: Settings, run: Run) -> list[Figure]:
    paths, count, catalog = [path for path, _ in files], len(files), load_catalog(settings.catalog)
    workbooks = [parse(path, path.name, settings.limits) for path in paths]

    def harmonised() -> list[Reading]:
        told = zip(workbooks, files, strict=True)
        return [read(book, catalog, department, path.name, TODAY) for book, (path, department) in told]

    readings = harmonised()
    url = postgres.ensure_running(settings).url("owner")
    engine, pipeline = naive.prepare(url), general.prepare(url, run.folder / "dlt" / name)
    if run.profile:
        refill(settings, files)
        ingest(settings)
        refill(settings, files)
        profiled(f"ingest of {name} ({count} files)", lambda: ingest(settings))
        return []
    with owner(settings) as connection:
        found = rounds(
            [
                Piece("floor", lambda: floor.load(paths, connection), count, lambda: floor.clear(connection)),
                Piece("ingest", lambda: ingest(settings), count, lambda: refill(settings, files)),
                Piece("naive", lambda: naive.load(paths, engine), count, lambda: naive.clear(engine)),
                Piece("dlt", lambda: general.load(readings, pipeline), count),
                Piece("bare", lambda: floor.read(paths), count),
                Piece("parsed", lambda: [parse(path, path.name, settings.limits) for path in paths], count),
                Piece("told", harmonised, count),
            ],
            run.rounds,
        )
    bottom, whole, bare = found["floor"], found["ingest"], found["bare"]
    unit = "s a file"
    return [
        Figure(f"{name} ({count}): floor, every cell read with calamine, rows copied", bottom, unit),
        Figure(f"{name}: ingest end to end, warm", whole, unit, "floor", bottom, at_most(6)),
        Figure(f"{name}: naive, pandas, one GX run a file, to_sql, warm", found["naive"], unit, "floor", bottom),
        Figure(f"{name}: naive", found["naive"], unit, "ingest", whole, at_least(6)),
        Figure(f"{name}: dlt merges the same observations, read beforehand", found["dlt"], unit, "floor", bottom),
        Figure(f"{name}: bare read of every cell", bare, unit),
        Figure(f"{name}: gate, two readers, the child's answer", found["parsed"], unit, "bare read", bare),
        Figure(f"{name}: recognise and harmonise", found["told"], unit, "bare read", bare),
    ]
