"""Written is not yet safe: a file is on the disk when the disk says so.

Disks and their journals answer for many files in about the time of one, if they are asked for all of them at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

AT_ONCE = 8
"""More gain nothing: a disk puts the flushes that come meanwhile together."""


def flush(descriptors: Iterable[int]) -> dict[int, OSError]:
    """Waits until everything that was written through the descriptors, of files or folders, is on the disk; what went wrong with
    which."""
    wanted = list(dict.fromkeys(descriptors))
    if len(wanted) < 2:
        answers = [_flush(descriptor) for descriptor in wanted]
    else:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(AT_ONCE, len(wanted))) as pool:
            answers = list(pool.map(_flush, wanted))
    return {descriptor: error for descriptor, error in zip(wanted, answers, strict=True) if error is not None}


def flush_folders(folders: Iterable[Path]) -> dict[Path, OSError]:
    """The same for the names in the folders."""
    failed: dict[Path, OSError] = {}
    with ExitStack() as opened:
        descriptors: dict[Path, int] = {}
        for folder in set(folders):
            try:
                descriptors[folder] = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            except OSError as error:
                failed[folder] = error
            else:
                opened.callback(os.close, descriptors[folder])
        errors = flush(descriptors.values())
    return failed | {folder: errors[number] for folder, number in descriptors.items() if number in errors}


def _flush(descriptor: int) -> OSError | None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        return error
    return None
