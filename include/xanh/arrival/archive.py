"""The content store: every file ever taken, under archive/<first two>/<sha256>, written once and never edited.

A file is written under a private name in `.incoming`, flushed to the disk, renamed into place, and its folder
flushed: it is there whole or not at all, also after a power cut. Several files wait for the disk together. Several
processes may write, keep, clean and verify at the same time.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xanh.durable import flush, flush_folders, write_all
from xanh.faults import reach

INCOMING = ".incoming"
LEDGER = "ledger"
_CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_ABANDONED_SECONDS = 60.0


class ArchiveFault(OSError):
    """The archive cannot be written (full, read-only, broken): our service is at fault, the file stays where it was."""


@dataclass(frozen=True)
class Written:
    """A copy in `.incoming`: whole, but perhaps not on the disk, and nobody's until it is adopted."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class Incoming:
    """A copy in the hands of this process: open and locked, so that nobody cleans it away."""

    path: Path
    sha256: str
    size: int
    descriptor: int

    def discard(self) -> None:
        """Removes it, if it is not kept by now, and lets go of it."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
        os.close(self.descriptor)


class Archive:
    """A content store below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the content with that hash is, or would be. Raises ValueError for what is no SHA-256."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a SHA-256 in lower case hexadecimal: {sha256!r:.80}")
        return self.folder / sha256[:2] / sha256

    def write(self, descriptor: int, is_wanted: Callable[[Written], bool] = lambda _: True) -> Written | None:
        """Copies what the open descriptor gives, from its position to its end. Raises ArchiveFault for our own disk.

        `is_wanted` is asked after the copy; when it says no, nothing is left and None returned. Errors in reading the source
        are raised as they are: they are the share's, not ours.
        """
        target = None
        try:
            incoming = self.folder / INCOMING
            with _as_fault(incoming):
                incoming.mkdir(parents=True, exist_ok=True)
                temporary = incoming / uuid.uuid4().hex
                target = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o440)
                fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
            written = Written(temporary.name, *self._copy(descriptor, target))
            if is_wanted(written):
                return written
            temporary.unlink(missing_ok=True)
            return None
        except BaseException:
            if target is not None:
                with contextlib.suppress(OSError):
                    temporary.unlink(missing_ok=True)
            raise
        finally:
            if target is not None:
                os.close(target)

    def adopt(self, written: Written) -> Incoming | None:
        """Takes over a copy, whichever process wrote it; None when it was cleaned away meanwhile. Raises ArchiveFault."""
        path = self.folder / INCOMING / written.name
        with _as_fault(path):
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            except FileNotFoundError:
                return None
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # somebody is about to remove it
                os.close(descriptor)
                return None
        return Incoming(path, written.sha256, written.size, descriptor)

    def keep(self, copies: Sequence[Incoming]) -> dict[Incoming, ArchiveFault]:
        """Puts the copies in their places, for good also after a power cut; those that our disk refused, and why. Lets go of all."""
        refused: dict[Incoming, OSError] = {}
        with contextlib.ExitStack() as held:
            for each in copies:
                held.callback(each.discard)
            unsafe = flush(each.descriptor for each in copies)
            for each in copies:
                try:
                    if each.descriptor in unsafe:
                        raise unsafe[each.descriptor]
                    self._place(each)
                except OSError as error:
                    refused[each] = error
            placed = [each for each in copies if each not in refused]
            unsafe_folders = flush_folders([self.folder, *(self.path(each.sha256).parent for each in placed)])
        for each in placed:
            for folder in (self.folder, self.path(each.sha256).parent):
                if folder in unsafe_folders:
                    refused[each] = unsafe_folders[folder]
        return {each: _fault(error, self.path(each.sha256)) for each, error in refused.items()}

    def _place(self, copy: Incoming) -> None:
        place = self.path(copy.sha256)
        place.parent.mkdir(exist_ok=True)
        reach("archive.flushed")
        copy.path.replace(place)
        reach("archive.renamed")

    def record(self, lines: Mapping[int, Mapping[str, object]], *, is_arrival: bool = False) -> None:
        """Writes what the ledger says about submissions beside the content, so that the archive alone can rebuild it.

        What is known at the arrival never takes the place of what is there already: another process may have gone on meanwhile.
        """
        folder, incoming = self.folder / LEDGER, self.folder / INCOMING
        with _as_fault(folder), contextlib.ExitStack() as written:
            _make_folder(folder)
            incoming.mkdir(exist_ok=True)
            cards = {}
            for submission_id, line in lines.items():
                temporary = incoming / f"{submission_id}.{uuid.uuid4().hex}"
                file = written.enter_context(temporary.open("x", encoding="utf-8"))
                written.callback(temporary.unlink, missing_ok=True)
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()
                reach("record.written")
                cards[submission_id] = file
            for error in flush(file.fileno() for file in cards.values()).values():
                raise error
            for submission_id, file in cards.items():
                put = _put_where_none_is if is_arrival else Path.replace
                put(Path(file.name), folder / f"{submission_id}.json")
                reach("record.renamed")
            _sync_folder(folder)

    def ask(self) -> None:
        """Whether the disk still takes a file: it is written, flushed and removed. Raises ArchiveFault; hangs when the disk does."""
        incoming = self.folder / INCOMING
        with _as_fault(incoming):
            incoming.mkdir(exist_ok=True)
            temporary = incoming / uuid.uuid4().hex
            with temporary.open("xb") as file:
                file.write(b"?")
                file.flush()
                os.fsync(file.fileno())
            temporary.unlink()

    def verify(self, sha256: str) -> bool:
        """Whether the content is there and still has that hash."""
        digest = hashlib.sha256()
        try:
            with self.path(sha256).open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        except FileNotFoundError:
            return False
        return digest.hexdigest() == sha256

    def hashes(self) -> list[str]:
        """Every hash in the store, sorted."""
        return sorted(
            entry.name for folder in _list(self.folder) for entry in _list(folder) if _SHA256.fullmatch(entry.name)
        )

    def clean(self) -> int:
        """Removes what killed processes left in `.incoming`; how many. A file that somebody still writes is locked
        and stays."""
        removed = 0
        for leftover in _list(self.folder / INCOMING):
            try:
                if time.time() - leftover.stat().st_mtime < _ABANDONED_SECONDS:
                    continue
                descriptor = os.open(leftover, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            except FileNotFoundError:
                continue  # its owner finished, or another cleaner was faster
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                leftover.unlink(missing_ok=True)
                removed += 1
            except BlockingIOError:
                continue
            finally:
                os.close(descriptor)
        return removed

    def _copy(self, source: int, target: int) -> tuple[str, int]:
        """SHA-256 and size of what was copied."""
        digest = hashlib.sha256()
        size = 0
        while chunk := os.read(source, _CHUNK):
            digest.update(chunk)
            size += len(chunk)
            with _as_fault(self.folder):
                reach("archive.write")
                write_all(target, chunk)
        return digest.hexdigest(), size


class _as_fault(contextlib.AbstractContextManager[None]):
    """Turns an OSError inside into an ArchiveFault that names the place."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError) and not isinstance(error, ArchiveFault):
            raise _fault(error, self._place) from error


def _fault(error: OSError, place: Path) -> ArchiveFault:
    return ArchiveFault(error.errno or errno.EIO, error.strerror or str(error), str(place))


def _put_where_none_is(file: Path, place: Path) -> None:
    """Moves a file to a place unless something is there."""
    try:
        place.hardlink_to(file)
    except FileExistsError:
        pass
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS):
            raise
        if not place.exists():  # a file system without hard links
            file.replace(place)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _list(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
