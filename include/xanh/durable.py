"""Written is not yet safe: a file is on the disk when the disk says so. A disk or a share that hangs says nothing.

Disks and their journals answer for many files in about the time of one, if they are asked for all of them at once.
"""

from __future__ import annotations

import errno
import os
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar, cast

T = TypeVar("T")
AT_ONCE = 8
"""More gain nothing: a disk puts the flushes that come meanwhile together."""
_asked: set[Hashable] = set()
"""Places that have not answered yet."""


def write_all(descriptor: int, content: bytes) -> None:
    """Writes all of it, in as many calls as the system wants."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def flush(descriptors: Iterable[int], seconds: float | None = None) -> dict[int, OSError]:
    """Waits until everything that was written through the descriptors, of files or folders, is on the disk; what went wrong with
    which: a TimeoutError where no answer came within the seconds."""
    wanted = list(dict.fromkeys(descriptors))
    answers = _answers([partial(os.fsync, descriptor) for descriptor in wanted], seconds)
    return {number: error for number, error in zip(wanted, answers, strict=True) if isinstance(error, OSError)}


def flush_folders(folders: Iterable[Path], seconds: float | None = None) -> dict[Path, OSError]:
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
        errors = flush(descriptors.values(), seconds)
    return failed | {folder: errors[number] for folder, number in descriptors.items() if number in errors}


def within(seconds: float, place: Hashable, call: Callable[[], T]) -> T:
    """What the call returns or raises. TimeoutError, an OSError, when it takes longer, and at once as long as an earlier call for
    the same place has not come back. Nobody can end a call that hangs in the kernel: its thread is left behind, and dies
    with the process."""
    if place in _asked:
        raise _no_answer()
    _asked.add(place)

    def ask() -> T:
        try:
            return call()
        finally:
            _asked.discard(place)

    (answer,) = _answers([ask], seconds)
    if isinstance(answer, BaseException):
        raise answer
    return cast("T", answer)


def _answers(calls: Sequence[Callable[[], object]], seconds: float | None) -> list[object]:
    """By call what it returned or raised, or a TimeoutError; some of them are made at the same time."""
    if not calls:
        return []
    waiting, answers = deque(enumerate(calls)), SimpleQueue[tuple[int, object]]()
    for _ in range(min(AT_ONCE, len(calls))):
        Thread(target=_work, args=(waiting, answers), daemon=True).start()
    until = None if seconds is None else time.monotonic() + seconds
    found: dict[int, object] = {}
    while len(found) < len(calls):
        try:
            number, answer = answers.get(timeout=None if until is None else max(0.0, until - time.monotonic()))
        except Empty:
            waiting.clear()
            break
        found[number] = answer
    return [found[number] if number in found else _no_answer() for number in range(len(calls))]


def _work(waiting: deque[tuple[int, Callable[[], object]]], answers: SimpleQueue[tuple[int, object]]) -> None:
    while waiting:
        try:
            number, call = waiting.popleft()
        except IndexError:  # another thread was faster
            return
        try:
            answer = call()
        except BaseException as error:  # raised, or told of, by whoever waits
            answer = error
        answers.put((number, answer))


def _no_answer() -> OSError:
    return OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
