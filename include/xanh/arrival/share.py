"""The drop folders as seen from the ledger's side: every look and touch happens in a child that is killed when it
does not answer."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

from xanh.arrival.archive import Archive, ArchiveFault, Incoming, Written
from xanh.limits import Limits

_CHILD = Path(__file__).with_name("share_child.py")

Identity = tuple[int, int, int, int]
"""inode, size, mtime_ns, ctime_ns"""


class ShareStalled(Exception):
    """The folder did not answer in time: a hanging mount. Only this department waits."""


class ShareRefused(Exception):
    """The system refused: `code` is the errno's name (EACCES, EIO, ESTALE, EROFS, ...)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a department's folder."""

    path: bytes
    """Below the department's folder, as the file system spells it."""
    identity: Identity
    ignored: str | None
    """Why it is left alone; None for a file to take."""
    is_locked: bool
    """An office program's lock file stands beside it."""

    @property
    def name(self) -> str:
        """The last part of the path; bytes that are no UTF-8 are surrogates."""
        return os.fsdecode(self.path.rpartition(b"/")[2])


@dataclass(frozen=True, slots=True)
class Probe:
    """What one look into a file said."""

    state: str
    """complete, text, incomplete (see xanh.arrival.completeness)"""
    is_closed: bool | None
    """Nobody has it open for writing; None where the system cannot tell."""
    age: float
    """Seconds since the file system last changed it, by the clock of this machine."""


class LocalShare:
    """Folders of a mounted file system, below `drop`. Use as a context manager."""

    def __init__(self, drop: Path, archive: Path, limits: Limits) -> None:
        self._drop = drop.absolute()
        self._archive = archive.absolute()
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""

    def __enter__(self) -> LocalShare:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def scan(self, folder: str, skip: Sequence[str] = ()) -> tuple[list[Entry], bool]:
        """The entries of a department's folder and whether these are all. Raises FileNotFoundError when there is no
        folder."""
        answer = self._ask(
            self._limits.scan_seconds,
            do="scan",
            folder=self._name(folder),
            skip=list(skip),
            limit=self._limits.entries_per_scan,
        )
        return _entries(answer), bool(answer["is_whole"])

    def strangers(self, folders: Sequence[str]) -> list[Entry]:
        """What lies beside the departments' folders."""
        limit = self._limits.entries_per_scan
        known = [os.fsencode(folder).decode("latin-1") for folder in folders]
        return _entries(
            self._ask(self._limits.scan_seconds, do="strangers", folder=self._name(""), known=known, limit=limit)
        )

    def probe(self, folder: str, entry: Entry) -> Probe | None:
        """How complete the file looks; None when it is no longer what was seen."""
        answer = self._ask(self._limits.scan_seconds, do="probe", **self._file(folder, entry))
        return None if "changed" in answer else Probe(answer["state"], answer["is_closed"], answer["age"])

    def take(self, folder: str, entry: Entry) -> Incoming | None:
        """The copy that the archive can keep now; None when the file is no longer what was seen."""
        request = {**self._file(folder, entry), "archive": str(self._archive)}
        answer = self._ask(self._limits.copy_seconds, do="take", **request)
        return None if "changed" in answer else Archive(self._archive).adopt(Written(**answer))

    def remove(self, folder: str, path: bytes, identity: Identity) -> None:
        """Removes the file that was taken; one that is gone, or another one by now, is left as it is."""
        request = {"folder": self._name(folder), "path": path.decode("latin-1"), "id": list(identity)}
        self._ask(self._limits.scan_seconds, do="remove", **request)

    def recover(self, folder: str, known: Sequence[Identity]) -> bool:
        """Deals with files that a killed process was just removing; False while some of them are too fresh for that."""
        identities = [list(identity[:3]) for identity in known]
        request = {"folder": self._name(folder), "known": identities, "older_than": self._limits.recover_seconds}
        return not self._ask(self._limits.scan_seconds, do="recover", **request)["fresh"]

    def note(self, folder: str, file: str, title: str, line: str, mark: str) -> None:
        """Appends a line to the department's note unless it already holds `mark`."""
        request = {"folder": self._name(folder), "file": file, "title": title, "line": line, "mark": mark}
        self._ask(self._limits.scan_seconds, do="note", **request)

    def _file(self, folder: str, entry: Entry) -> dict[str, Any]:
        return {"folder": self._name(folder), "path": entry.path.decode("latin-1"), "id": list(entry.identity)}

    def _name(self, folder: str) -> str:
        return os.fsencode(f"{self._drop}/{folder}").decode("latin-1")

    def _ask(self, seconds: float, **request: Any) -> dict[str, Any]:
        process = self._running()
        deadline = time.monotonic() + seconds
        try:
            stdin = cast(IO[bytes], process.stdin)
            stdin.write(json.dumps(request).encode("ascii") + b"\n")
            stdin.flush()
            answer: dict[str, Any] = json.loads(self._line(process, deadline))
        except (BrokenPipeError, EOFError) as error:
            self._end()
            raise RuntimeError(f"the child that reads the drop folders died in {request['do']}") from error
        except TimeoutError as error:
            self._end()
            raise ShareStalled(f"no answer to {request['do']} within {seconds:g} s") from error
        if "fault" in answer:
            raise ArchiveFault(answer["fault"], answer["text"])
        if "error" in answer:
            if answer["error"] in ("ENOENT", "ENOTDIR"):
                raise FileNotFoundError(answer["text"])
            raise ShareRefused(answer["error"], answer["text"])
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._buffer = b""
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(_CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={"PATH": os.defpath, "LANG": "C.UTF-8", **_handed_on()},
                start_new_session=True,
            )
        return self._process

    def _line(self, process: subprocess.Popen[bytes], deadline: float) -> bytes:
        descriptor = cast(IO[bytes], process.stdout).fileno()
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            part = os.read(descriptor, 1 << 20)
            if not part:
                raise EOFError
            self._buffer += part
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _end(self) -> None:
        """Kills the child; does not wait for one that hangs in the kernel."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)


def _entries(answer: dict[str, Any]) -> list[Entry]:
    return [
        Entry(
            entry["path"].encode("latin-1"),
            _identity(entry["id"]),
            entry.get("blocked") or entry["ignore"],
            entry["locked"],
        )
        for entry in answer["entries"]
    ]


def _handed_on() -> dict[str, str]:
    """What tests of faults tell the child through the environment."""
    return {name: os.environ[name] for name in ("XANH_FAULT", "XANH_ENV") if name in os.environ}


def _identity(numbers: Sequence[int]) -> Identity:
    inode, size, mtime, ctime = numbers
    return inode, size, mtime, ctime
