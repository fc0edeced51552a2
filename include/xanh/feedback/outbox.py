"""Writes files into a department's `_phan-hoi/`: atomically, and never through a link that somebody put there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from xanh.durable import flush, within, write_all
from xanh.faults import reach
from xanh.limits import Limits

FOLDER = "_phan-hoi"
_UNFINISHED = ".part"
_LONGEST_NAME = 255
"""Bytes that file systems allow in one name."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def feedback_name(file_name: str, submission_id: int, ending: str) -> str:
    """`<stem>--<id>.phan-hoi.<ending>`; the stem is cut at a character so that the name fits into 255 bytes."""
    tail = f"--{submission_id}.phan-hoi.{ending}"
    stem = _UNSAFE.sub("_", PurePosixPath(file_name.replace("\\", "/").rsplit("/", 1)[-1]).stem).strip() or "tep"
    stem = "_" + stem if stem.startswith(("~", ".")) else stem
    room = _LONGEST_NAME - len(os.fsencode(tail))
    return os.fsencode(stem)[:room].decode("utf-8", "ignore") + tail


@dataclass(frozen=True, slots=True)
class _Written:
    """A file under a private name, not yet safe on the disk."""

    folder: int
    file: int
    temporary: str
    name: str


class Outgoing:
    """Files on their way into departments' `_phan-hoi/`: written one by one, then made durable and visible together.

    Every folder below the drop folder is opened without following links; a link in the way is an OSError (ELOOP or
    ENOTDIR). One that does not answer in time is an OSError too (ETIMEDOUT): it holds up nobody else.
    """

    def __init__(self, drop: Path, limits: Limits) -> None:
        self._drop, self._limits = drop, limits
        self._folders: dict[str, int] = {}
        self._written: dict[str, list[_Written]] = {}

    def add(self, department: str, files: Mapping[str, bytes]) -> None:
        """Writes files into `<drop>/<department>/_phan-hoi/` under private names: all or, when it raises OSError, none."""
        write = partial(_write, self._drop, department, self._folders.get(department), files)
        folder, written = within(self._limits.copy_seconds, (self._drop, department), write)
        self._folders[department] = folder
        self._written.setdefault(department, []).extend(written)

    def send(self) -> dict[str, OSError]:
        """Flushes and renames everything; by department what went wrong there. Some of its files may then be there: writing them
        again gives the same names."""
        failed: dict[str, OSError] = {}
        seconds = self._limits.copy_seconds
        unsafe = flush((each.file for written in self._written.values() for each in written), seconds)
        for department, written in self._written.items():
            try:
                for each in written:
                    if each.file in unsafe:
                        raise unsafe[each.file]
                within(seconds, (self._drop, department), partial(_rename, written))
            except OSError as error:
                failed[department] = error
        folders = {self._folders[department]: department for department in self._written if department not in failed}
        return failed | {folders[folder]: error for folder, error in flush(folders, seconds).items()}

    def close(self) -> None:
        """Removes what was not sent. Where no answer comes the descriptors stay open: somebody still waits at them."""
        for department, folder in self._folders.items():
            discard = partial(_discard, folder, self._written[department])
            with contextlib.suppress(OSError):
                within(self._limits.scan_seconds, (self._drop, department), discard)
        self._written, self._folders = {}, {}


def put(drop: Path, limits: Limits, department: str, name: str, content: bytes) -> Path:
    """Writes one file as Outgoing does and returns its path. Raises OSError."""
    with contextlib.closing(Outgoing(drop, limits)) as outgoing:
        outgoing.add(department, {name: content})
        for error in outgoing.send().values():
            raise error
    return drop / department / FOLDER / name


def clean(drop: Path, limits: Limits, department: str) -> int:
    """Removes what killed processes left unfinished in the department's `_phan-hoi/`; how many files.

    One that somebody still writes is locked and stays. A folder that is not there, refuses or hangs is left alone.
    """
    with contextlib.suppress(OSError):
        return within(limits.scan_seconds, (drop, department), partial(_clean, drop, department))
    return 0


def _write(drop: Path, department: str, opened: int | None, files: Mapping[str, bytes]) -> tuple[int, list[_Written]]:
    """The files under private names, in the folder that is open or that it opens; nothing is left when that fails."""
    folder = _open_folder(drop, [*PurePosixPath(department).parts, FOLDER]) if opened is None else opened
    written: list[_Written] = []
    with contextlib.ExitStack() as failing:
        if opened is None:
            failing.callback(os.close, folder)
        for name, content in files.items():
            temporary = f".{secrets.token_hex(8)}{_UNFINISHED}"
            file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=folder)
            written.append(_Written(folder, file, temporary, name))
            failing.callback(_remove, written[-1])
            with contextlib.suppress(OSError):  # a share without locks
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            write_all(file, content)
            reach("feedback.write")
        failing.pop_all()
    return folder, written


def _rename(written: Sequence[_Written]) -> None:
    for each in written:
        os.rename(each.temporary, each.name, src_dir_fd=each.folder, dst_dir_fd=each.folder)
        reach("feedback.renamed")


def _discard(folder: int, written: Sequence[_Written]) -> None:
    for each in written:
        _remove(each)
    os.close(folder)


def _remove(written: _Written) -> None:
    """If it has not been renamed."""
    with contextlib.suppress(OSError):
        os.unlink(written.temporary, dir_fd=written.folder)
    os.close(written.file)


def _clean(drop: Path, department: str) -> int:
    removed = 0
    folder = _open_folder(drop, [*PurePosixPath(department).parts, FOLDER], make=False)
    try:
        for name in [entry.name for entry in os.scandir(folder) if _is_unfinished(entry.name)]:
            removed += _remove_abandoned(folder, name)
    finally:
        os.close(folder)
    return removed


def _is_unfinished(name: str) -> bool:
    return name.startswith(".") and name.endswith(_UNFINISHED)


def _remove_abandoned(folder: int, name: str) -> bool:
    with contextlib.suppress(OSError):
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(name, dir_fd=folder)
            return True
        finally:
            os.close(file)
    return False


def _open_folder(root: Path, parts: list[str], *, make: bool = True) -> int:
    """A descriptor of the folder, made where it is missing; the caller closes it."""
    if make:
        root.mkdir(parents=True, exist_ok=True)
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for part in parts:
        if part in ("", ".", ".."):
            os.close(folder)
            raise ValueError(f"{part!r} is no folder of a department")
        try:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=folder)
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        finally:
            os.close(folder)
        folder = inner
    return folder
