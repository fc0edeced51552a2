"""What a second core of this machine gives to work that shares nothing: no lock, no server, no file.

Two processors of a virtual machine may be halves of one core, and its neighbours take their part. What two workers reach can only
be judged beside this.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bench.measure import Figure, Piece, Run, python, rounds

COUNT = "for _ in range(100_000_000): pass\n"
MAKE = """
for _ in range(5):
    rows = {}
    for number in range(300_000):
        row = {"cell": f"C{number}", "value": str(number), "place": ("Bảo Lâm", number % 56)}
        rows.setdefault(row["place"], []).append(row)
"""
"""Makes and keeps small objects, as reading and harmonising do."""


def measure(run: Run) -> list[Figure]:
    """The same work done twice by one process, and once each by two at the same time."""
    figures = []
    for what, work in (("counting", COUNT), ("making small objects", MAKE)):
        pieces = [Piece("one", partial(_processes, 1, work * 2)), Piece("two", partial(_processes, 2, work))]
        found = rounds(pieces, 2 * run.rounds)
        figures += [
            Figure(f"{what}, in one process", found["one"], "s"),
            Figure(f"{what}, half of it in each of two processes", found["two"], "s"),
            Figure(f"{what}: one process's time", found["one"], "s", "two processes'", found["two"]),
        ]
    return figures


def _processes(count: int, work: str) -> None:
    """Does the work in so many processes at the same time. Raises CalledProcessError when one fails."""
    with ThreadPoolExecutor(count) as threads:
        for running in [threads.submit(python(["-c", work])) for _ in range(count)]:
            running.result()
