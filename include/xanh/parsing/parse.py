"""Reads one file into a Workbook, in a child process that may die without harm.

`parse` keeps children for the whole process and gives them file after file; one that crashed, hung or grew old is replaced.
Usually it is a single one. A second reads beside it where many large files are announced and two processors are there.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from xanh.faults import reach
from xanh.limits import Limits
from xanh.model import Workbook
from xanh.parsing.child import ParserChild
from xanh.parsing.unreadable import Unreadable

__all__ = ["Unreadable", "announce", "parse", "warm"]

_PAYS_FROM = 2 << 20
"""Bytes of large files from which a second child is worth its start, which costs what reading half a megabyte does."""
_LARGE = 64 << 10
"""Bytes up to which a file is read sooner than it is harmonised: one child is always ahead of its parent then."""
_ALONE = 1 << 20
"""Bytes from which a file is read while no other is: what two such need must not be in memory together."""
_readers: Readers | None = None
_lock = threading.Lock()


def parse(path: Path, file_name: str, limits: Limits, *, with_copy: bool = False) -> Workbook:
    """The workbook in `path` (any supported container, found out by content; `file_name` decides nothing but is kept
    for messages). `with_copy`: with the .xlsx copy that feedback marks, made on the way where the file is none itself.

    Raises Unreadable with the rule of catalog/rules/gate.yaml that says why it cannot be read; `params` always hold
    `file`.
    """
    with _lock:
        try:
            return _of_this_process(limits).read(path, with_copy=with_copy)
        except Unreadable as finding:
            finding.params.setdefault("file", file_name)
            raise


def announce(paths: Sequence[Path], limits: Limits, *, with_copy: bool = False) -> None:
    """Says which files will be parsed next, in this order: they are read ahead while the caller does something else. What
    is wrong with one is said when it is parsed."""
    with _lock:
        _of_this_process(limits).announce(paths, with_copy=with_copy)


def warm(limits: Limits) -> None:
    """Lets the child start meanwhile, for who has something else to do before the first file."""
    with _lock:
        _of_this_process(limits).start()


def _of_this_process(limits: Limits) -> Readers:
    """The children of this process; the caller holds the lock."""
    global _readers
    if _readers is None or _readers.limits != limits:
        if _readers is not None:
            _readers.close()
        _readers = Readers(limits)
    return _readers


class Readers:
    """Children, and the files that they begin with as soon as they are free. Which child has begun with which file is
    remembered only to ask the right one: a child itself makes sure that its answer is that of the file.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._coming: deque[tuple[Path, int]] = deque()
        self._with_copy = False
        self._begun: dict[ParserChild, tuple[Path, int] | None] = {ParserChild(limits): None}
        """By child the file, and its bytes, that it reads ahead."""

    def announce(self, paths: Sequence[Path], *, with_copy: bool) -> None:
        """Lets the children begin with the files, and forgets those that were announced before and never read."""
        for child, begun in self._begun.items():
            if begun is not None:
                child.close()
                self._begun[child] = None
        self._coming, self._with_copy = deque((path, _size(path)) for path in paths), with_copy
        large = sum(size for _, size in self._coming if size >= _LARGE)
        if len(self._begun) == 1 and large >= _PAYS_FROM and len(os.sched_getaffinity(0)) > 1:
            self._begun[ParserChild(self.limits)] = None
        self._begin()

    def read(self, path: Path, *, with_copy: bool) -> Workbook:
        """The workbook of any file. Raises Unreadable, and ParserBroken when no child can be started."""
        child = next((child for child, begun in self._begun.items() if begun and begun[0] == path), None)
        if child is None:
            child = next((child for child, begun in self._begun.items() if begun is None), next(iter(self._begun)))
            if any(coming == path for coming, _ in self._coming):
                while self._coming.popleft()[0] != path:
                    pass  # nobody wants those any more
        self._begun[child] = None
        try:
            return child.read(path, with_copy=with_copy)
        finally:
            self._begin()

    def start(self) -> None:
        """Lets the first child start, and does not wait until it is ready."""
        next(iter(self._begun)).start()

    def close(self) -> None:
        """Ends the children."""
        for child in self._begun:
            child.close()

    def _begin(self) -> None:
        for child, begun in self._begun.items():
            if begun is None and self._coming and self._is_room_for(self._coming[0][1]):
                self._begun[child] = path, _ = self._coming.popleft()
                child.ask(path, with_copy=self._with_copy)
                reach("parse.ahead")

    def _is_room_for(self, size: int) -> bool:
        others = [begun[1] for begun in self._begun.values() if begun is not None]
        return not others or max(size, *others) < _ALONE


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # said when it is parsed


def _close() -> None:
    if _readers is not None:
        _readers.close()


atexit.register(_close)
