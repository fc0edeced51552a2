"""Good files beside crafted bad ones: how much later their senders are answered, through the real scheduler."""

from __future__ import annotations

import sys
from pathlib import Path

from bench import many
from bench.measure import Figure, Piece, Run, at_most, rounds
from bench.stack import answered, drop, emptied, settled, stack, wait_until
from bench.stand import Dropped
from xanh.settings import ROOT, Settings

GOOD = 10
SENDER = "quan-ly-thi-truong"
"""The department that sends the bad files, and of the good ones none."""


def measure(run: Run) -> list[Figure]:
    """From the drop to the last good file's feedback, without and with the bad files dropped just before it."""
    bad = _bad_files(run.folder / "bad")[:: 8 if run.quick else 1]
    made = many.write(run.folder / "made", 2 * GOOD, is_newest=True)
    good = [(path, department) for path, department in made if department != SENDER][:GOOD]
    with stack(run.folder) as settings:
        answered(settings, good[:1])  # what is only slow the first time
        found = rounds(
            [
                Piece("alone", lambda: answered(settings, good), before=lambda: _ready(settings)),
                Piece("beside", lambda: _beside(settings, bad, good), before=lambda: _ready(settings)),
            ],
            min(run.rounds, 3),
            warm=False,
        )
    alone = found["alone"]
    return [
        Figure(f"{len(good)} good files, from the drop to the last feedback", alone, "s"),
        Figure(f"the same beside {len(bad)} bad files", found["beside"], "s", "alone", alone, at_most(1.5)),
    ]


def _beside(settings: Settings, bad: list[Dropped], good: list[Dropped]) -> None:
    drop(settings, bad)
    answered(settings, good)


def _ready(settings: Settings) -> None:
    """All of the round before is done, and nothing of it is left."""
    folder = settings.drop / SENDER
    wait_until(lambda: not any(path.is_file() for path in folder.glob("*")), "the bad files of the round before")
    settled(settings)
    emptied(settings)


def _bad_files(folder: Path) -> list[Dropped]:
    sys.path.insert(0, str(ROOT / "tests" / "hostile"))
    import bad_files

    folder.mkdir()
    contents = dict.fromkeys(case.make() for case in bad_files.ALL)
    files = [folder / f"{number:03}.xlsx" for number in range(len(contents))]
    for path, content in zip(files, contents, strict=True):
        path.write_bytes(content)
    return [(path, SENDER) for path in files]
