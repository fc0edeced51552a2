"""One child process that reads files one after the other and may die without harm, as its parent sees it.

Death by a signal, a spent memory, CPU or wall limit, and an error that the readers did not foresee are verdicts on the file
(rules U20 to U23), never exceptions of ours: they are quarantined, for an engineer to look at. Death by SIGKILL is one the second time.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import IO, cast

from xanh.limits import Limits
from xanh.model import Workbook
from xanh.parsing.answers import loaded, workbook
from xanh.parsing.unreadable import Unreadable

_CHILD = Path(__file__).with_name("parser_child.py")
_START_SECONDS = 60.0
_ANSWER_LIMIT = 1 << 29
_LARGE_ANSWER = 2 << 20
"""Bytes after which the child is ended: Python keeps the memory that it once needed."""


class ParserChild:
    """A child process that reads files one by one. Not for several threads at once."""

    script = _CHILD

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._read_count = self._received = 0
        self._is_ready = False
        self._asked: bytes | None = None
        """The request that the child works on and nobody has heard the answer of."""
        self._owner = os.getpid()

    def read(self, path: Path, *, with_copy: bool = False) -> Workbook:
        """The workbook in `path`. Raises Unreadable, ParserBroken when no child can be started, and OSError when the disk that the
        file is on does not answer."""
        try:
            return self._read(path, with_copy)
        except _Killed:  # perhaps by the kernel that needs memory, or by an operator: the file gets a second chance
            return self._read(path, with_copy)

    def _read(self, path: Path, with_copy: bool) -> Workbook:
        deadline = time.monotonic() + self.limits.wall_seconds
        place = str(path.resolve())
        request = _request(place, with_copy)
        is_asked = self._asked == request and self._owner == os.getpid()
        process = cast("subprocess.Popen[bytes]", self._process) if is_asked else self._running()
        is_whole = False
        try:
            self._wait(process)
            if not is_asked:
                _write(process, request)
            read = self._answer(process, deadline, place)
            is_whole = True
        except (BrokenPipeError, EOFError):
            raise self._verdict(process) from None
        except TimeoutError:
            if _waits_for_a_disk(process):
                raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), place) from None
            raise Unreadable("U22", {"what": f"thời gian {self.limits.wall_seconds} giây"}) from None
        finally:
            if not is_whole:
                self.close()  # what is left of this answer must never be taken for that of another file
        self._asked = None
        self._read_count += 1
        if self._received > _LARGE_ANSWER:
            self.close()
        if isinstance(read, Unreadable):
            raise read
        return read

    def ask(self, path: Path, *, with_copy: bool = False) -> None:
        """Sends the request of a later `read`, and does not wait, for a new child either. A child that cannot take it is
        replaced by that `read`."""
        request = _request(str(path.resolve()), with_copy)
        if self._asked == request:
            return
        with contextlib.suppress(OSError):
            _write(self._running(), request)
            self._asked = request

    def close(self) -> None:
        """Ends the child and everything in its process group."""
        process, self._process, self._asked = self._process, None, None
        if process is None or self._owner != os.getpid():
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout, self._errors):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():
            # after a fork the child belongs to the other process
            self._process, self._asked, self._owner = None, None, os.getpid()
        if self._read_count >= self.limits.files_per_child or self._asked is not None:
            self.close()  # grown old, or busy with a file that nobody wants any more
        process = self._process
        if process is None or process.poll() is not None:
            self.close()
            process = self._start()
        return process

    def start(self) -> None:
        """Starts a child where there is none, and does not wait until it is ready."""
        if self._process is None:
            self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self._read_count, self._is_ready = 0, False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the child
        process = subprocess.Popen(
            [sys.executable, "-I", str(self.script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
            start_new_session=True,
        )
        self._process = process
        with contextlib.suppress(BrokenPipeError):  # then it gives no sign of life either
            _write(process, json.dumps({"limits": asdict(self.limits)}).encode() + b"\n")
        return process

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Until the child can read. Raises ParserBroken when it never can, which no file is to blame for."""
        if self._is_ready:
            return
        try:
            next(self._frames(process, time.monotonic() + _START_SECONDS))
        except (EOFError, TimeoutError) as error:
            reason = self._last_words()
            self.close()
            raise ParserBroken(f"the parser child does not start: {reason}") from error
        self._is_ready = True

    def _answer(self, process: subprocess.Popen[bytes], deadline: float, place: str) -> Workbook | Unreadable:
        frames = self._frames(process, deadline)
        first = next(frames)
        head = loaded(first)
        if head["path"] != place:
            raise ParserBroken("the parser child answered for another file")
        if "unreadable" in head:
            return Unreadable(head["unreadable"], head["params"], sheet=head["sheet"], cell=head["cell"])
        return workbook(chain([first], frames))

    def _frames(self, process: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
        """The frames of an answer as they come."""
        self._received = 0
        while True:
            (length,) = struct.unpack("<Q", self._exactly(process, 8, deadline))
            self._received += length
            if self._received > _ANSWER_LIMIT:
                raise EOFError
            yield self._exactly(process, length, deadline)

    def _exactly(self, process: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
        descriptor = cast(IO[bytes], process.stdout).fileno()
        parts: list[bytes] = []
        while count:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            part = os.read(descriptor, min(count, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _verdict(self, process: subprocess.Popen[bytes]) -> Unreadable:
        """Why the child ended, as a finding on the file that it was reading."""
        try:
            code = process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            code = -signal.SIGKILL
        words = self._last_words()
        self.close()
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            kind = _Killed if code == -signal.SIGKILL else Unreadable
            return kind("U22", {"what": f"thời gian xử lý {self.limits.cpu_seconds} giây"})
        if code < 0:
            return Unreadable("U20", {"signal": signal.Signals(-code).name})
        return Unreadable("U21", {"detail": words})

    def _last_words(self) -> str:
        """The last line of the child's stderr."""
        if self._errors is None:
            return ""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else ""


def _waits_for_a_disk(process: subprocess.Popen[bytes]) -> bool:
    """Whether the kernel lets the child wait for a disk: then time was not spent on the file. False where nobody can tell."""
    try:
        return Path(f"/proc/{process.pid}/stat").read_text().rpartition(") ")[2].startswith("D")
    except OSError:
        return False


def _request(place: str, with_copy: bool) -> bytes:
    return json.dumps({"path": place, "with_copy": with_copy}).encode() + b"\n"


def _write(process: subprocess.Popen[bytes], line: bytes) -> None:
    stdin = cast(IO[bytes], process.stdin)
    stdin.write(line)
    stdin.flush()


class _Killed(Unreadable):
    """The child was ended by SIGKILL, which no limit of ours sends: nobody knows whose doing it was."""


class ParserBroken(RuntimeError):
    """No parser child can be started: our installation is broken, no file is to blame."""
