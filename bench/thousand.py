"""`xanh ingest` of a thousand different files, our samples over many periods and committees, in one go."""

from __future__ import annotations

from collections import Counter

from bench import floor, many, naive
from bench.measure import Figure, Piece, Run, at_least, at_most, rounds
from bench.profiles import profiled
from bench.stand import owner, refill, stand
from xanh.database import postgres
from xanh.loading.ingest import run as ingest

FILES = 1_000


def measure(run: Run) -> list[Figure]:
    """One round without a warm-up: the thousand files are their own."""
    files = many.write(run.folder, FILES)[:: 20 if run.quick else 1]
    paths, count = [path for path, _ in files], len(files)
    verdicts: Counter[str] = Counter()
    with stand() as settings, owner(settings) as connection:
        engine = naive.prepare(postgres.ensure_running(settings).url("owner"))
        refill(settings, files[:32])
        ingest(settings)
        if run.profile:
            refill(settings, files)
            profiled(f"ingest of {count} different files", lambda: ingest(settings))
            return []
        found = rounds(
            [
                Piece("floor", lambda: floor.load(paths, connection), count, lambda: floor.clear(connection)),
                Piece(
                    "ingest",
                    lambda: verdicts.update(outcome.verdict for outcome in ingest(settings)),
                    count,
                    lambda: refill(settings, files),
                ),
                Piece("naive", lambda: naive.load(paths, engine), count, lambda: naive.clear(engine)),
            ],
            min(run.rounds, 2),
            warm=False,
        )
    bottom, whole = found["floor"], found["ingest"]
    accepted = sum(n for verdict, n in verdicts.items() if verdict.startswith("accepted")) / verdicts.total()
    return [
        Figure(f"{count} different files: floor", bottom, "s a file"),
        Figure(f"the same: ingest, {accepted:.0%} accepted", whole, "s a file", "floor", bottom, at_most(6)),
        Figure("the same: naive", found["naive"], "s a file", "ingest", whole, at_least(6)),
    ]
