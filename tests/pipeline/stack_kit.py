"""What the tests of the running stack share: dropping files, waiting for answers, asking the warehouse."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from xanh.database import warehouse
from xanh.samples import ExpectedSubmission
from xanh.settings import Settings

PATIENCE_SECONDS = 600
"""For one thing to happen on two busy cores; it is waited for, never measured."""


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Looks once a second until the condition holds, and fails when it never does."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(1)
    pytest.fail(f"waited {PATIENCE_SECONDS} s for {what}")


def drop(settings: Settings, made: Path, samples: Sequence[ExpectedSubmission]) -> None:
    """Copies the samples into their folders as careful people do: under another name, then renamed."""
    for sample in samples:
        target = settings.drop / sample.path
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        shutil.copyfile(made / sample.path, part)
        part.rename(target)


def pages(settings: Settings, sample: ExpectedSubmission) -> list[Path]:
    """The feedback pages of files with the sample's name."""
    folder = settings.drop / sample.department / "_phan-hoi"
    return list(folder.glob(f"{Path(sample.path).stem}--*.phan-hoi.html"))


def answered(settings: Settings, samples: Sequence[ExpectedSubmission]) -> bool:
    """Whether each of the samples has its feedback."""
    return all(pages(settings, sample) for sample in samples)


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    """What the reader is told."""
    with warehouse.connect(settings, "reader") as connection:
        return connection.execute(query).fetchall()


def processes_that_know(words: str) -> list[int]:
    """Processes with the words in their command line or environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if words.encode() in told:
                found.append(int(folder.name))
    return found
