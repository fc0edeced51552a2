"""Writes files into a department's `_phan-hoi/`: atomically, and never through a link that somebody put there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from xanh.durable import flush
from xanh.faults import reach

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
    stream: BinaryIO
    temporary: str
    name: str


class Outgoing:
    """Files on their way into departments' `_phan-hoi/`: written one by one, then made durable and visible together.

    Every folder below the drop folder is opened without following links; a link in the way is an OSError (ELOOP or
    ENOTDIR).
    """

    def __init__(self, drop: Path) -> None:
        self._drop = drop
        self._folders: dict[str, int] = {}
        self._written: dict[str, list[_Written]] = {}

    def add(self, department: str, name: str, content: bytes) -> Path:
        """Writes `<drop>/<department>/_phan-hoi/<name>` under a private name; where it will be. Raises OSError."""
        if department not in self._folders:
            self._folders[department] = _open_folder(self._drop, [*PurePosixPath(department).parts, FOLDER])
        folder = self._folders[department]
        temporary = f".{secrets.token_hex(8)}{_UNFINISHED}"
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=folder)
        stream = os.fdopen(file, "wb")
        self._written.setdefault(department, []).append(_Written(folder, stream, temporary, name))
        with contextlib.suppress(OSError):  # a share without locks
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stream.write(content)
        stream.flush()
        reach("feedback.write")
        return self._drop / department / FOLDER / name

    def send(self) -> dict[str, OSError]:
        """Flushes and renames everything; by department what went wrong there. Some of its files may then be there: writing them
        again gives the same names."""
        failed: dict[str, OSError] = {}
        unsafe = flush(each.stream.fileno() for written in self._written.values() for each in written)
        for department, written in self._written.items():
            try:
                for each in written:
                    if each.stream.fileno() in unsafe:
                        raise unsafe[each.stream.fileno()]
                for each in written:
                    os.rename(each.temporary, each.name, src_dir_fd=each.folder, dst_dir_fd=each.folder)
                    reach("feedback.renamed")
            except OSError as error:
                failed[department] = error
        folders = {self._folders[department]: department for department in self._written if department not in failed}
        return failed | {folders[folder]: error for folder, error in flush(folders).items()}

    def close(self) -> None:
        """Removes what was not sent."""
        for each in (each for written in self._written.values() for each in written):
            with contextlib.suppress(OSError):
                os.unlink(each.temporary, dir_fd=each.folder)
            with contextlib.suppress(OSError):
                each.stream.close()
        for folder in self._folders.values():
            os.close(folder)
        self._written, self._folders = {}, {}


def put(drop: Path, department: str, name: str, content: bytes) -> Path:
    """Writes one file as Outgoing does and returns its path. Raises OSError."""
    with contextlib.closing(Outgoing(drop)) as outgoing:
        path = outgoing.add(department, name, content)
        for error in outgoing.send().values():
            raise error
    return path


def clean(drop: Path, department: str) -> int:
    """Removes what killed processes left unfinished in the department's `_phan-hoi/`; how many files.

    One that somebody still writes is locked and stays. A folder that is not there or refuses is left alone.
    """
    removed = 0
    with contextlib.suppress(OSError):
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
