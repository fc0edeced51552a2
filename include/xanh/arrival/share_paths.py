"""Opens things below a department's folder step by step: no link is followed, no pipe waited for, no other file system entered."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from typing import Any

from xanh.arrival.names import DA_NHAN

_LOOK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
Answer = dict[str, Any]


def system_folder(root: int) -> int:
    """The folder `_da-nhan`, made if need be."""
    try:
        return os.open(DA_NHAN, FOLDER, dir_fd=root)
    except FileNotFoundError:
        with contextlib.suppress(FileExistsError):  # another process was faster
            os.mkdir(DA_NHAN, 0o775, dir_fd=root)
        return os.open(DA_NHAN, FOLDER, dir_fd=root)


def open_below(request: Answer) -> tuple[int, os.stat_result]:
    """The file of the request, open for reading, and what it is. Raises OSError for anything but a plain file of the share."""
    root = os.open(raw_name(request["folder"]), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        device = os.fstat(root).st_dev
        parent, name = parent_of(root, raw_name(request["path"]))
    finally:
        os.close(root)
    try:
        descriptor = os.open(name, _LOOK, dir_fd=parent)
    finally:
        os.close(parent)
    seen = os.fstat(descriptor)
    if not stat.S_ISREG(seen.st_mode) or seen.st_dev != device:
        os.close(descriptor)
        raise OSError(errno.EPERM, "not a regular file of this share")
    return descriptor, seen


def parent_of(root: int, path: bytes) -> tuple[int, bytes]:
    """The folder of the path, opened step by step without following links, and the last name."""
    *folders, name = path.split(b"/")
    current = os.dup(root)
    for folder in folders:
        try:
            following = os.open(folder, FOLDER, dir_fd=current)
        finally:
            os.close(current)
        current = following
    return current, name


def is_closed(descriptor: int) -> bool | None:
    """A read lease is only granted when nobody has the file open for writing."""
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return False if error.errno == errno.EAGAIN else None
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return True


def identity_of(seen: os.stat_result) -> list[int]:
    """Inode (as the database's signed number), size and times."""
    inode = seen.st_ino if seen.st_ino < 1 << 63 else seen.st_ino - (1 << 64)
    return [inode, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns]


def raw_name(text: str) -> bytes:
    """A name as the file system spells it."""
    return text.encode("latin-1")
