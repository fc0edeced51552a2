"""Lets the n-th operation of a worker on files or on the database fail, or end the process.

`install("statement", 7, "lost", ...)`: before the seventh statement the server ends our connection. Each kind counts alone,
over the worker and the processes that it forks. A disk that is full stays so for that kind; an I/O error comes once.
"""

from __future__ import annotations

import errno
import io
import mmap
import os
import signal
import stat
import struct
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors

FILE_KINDS = ("open", "write", "fsync", "rename", "folder", "remove")
FILE_ACTIONS = ("kill", "enospc", "eio")
STATEMENT_ACTIONS = ("kill", "lost", "full", "deadlock", "serialization")
COMMIT_ACTIONS = (*STATEMENT_ACTIONS, "unknown", "unknown_kill")
"""unknown: the server commits, and the connection ends before we hear of it."""
CONNECT_ACTIONS = ("kill", "lost")
ACTIONS = dict.fromkeys(FILE_KINDS, FILE_ACTIONS) | {
    "statement": STATEMENT_ACTIONS,
    "commit": COMMIT_ACTIONS,
    "connect": CONNECT_ACTIONS,
}
RAISED = {
    "full": ("53100", errors.DiskFull),
    "deadlock": ("40P01", errors.DeadlockDetected),
    "serialization": ("40001", errors.SerializationFailure),
}
_armed: list[_Turn] = []
_Base = psycopg.Connection.__mro__[1]


def install(kind: str, number: int, action: str, marker: Path, admin: str) -> None:
    """From now on counts operations of the kind; `marker` is created when the planned one comes, by the plain calls."""
    turn = _Turn(number, action, marker, admin)
    _armed.append(turn)
    if kind in FILE_KINDS:
        _files(turn, kind)
    else:
        {"statement": _statements, "commit": _commits, "connect": _connections}[kind](turn)


def disarm() -> None:
    """Nothing is planned any more: for a process that is forked from here to do something else."""
    for turn in _armed:
        turn.is_armed = False


class _Turn:
    """Counts, and lets happen what was planned for one operation."""

    def __init__(self, number: int, action: str, marker: Path, admin: str) -> None:
        self.number, self.action, self.marker, self.admin = number, action, marker, admin
        self.is_armed = True
        self._met = mmap.mmap(-1, 8)  # shared with what is forked from here
        self._open, self._close, self._connect = os.open, os.close, psycopg.connect

    def has_come(self) -> bool:
        """Whether this operation is the planned one."""
        return self._count() == self.number

    def _count(self) -> int:
        if not self.is_armed:
            return 0
        met = int(struct.unpack("q", self._met[:])[0]) + 1
        self._met[:] = struct.pack("q", met)
        if met == self.number:
            self._close(self._open(self.marker, os.O_CREAT | os.O_WRONLY))
            if self.action == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
        return met

    def on_a_file(self, name: object) -> None:
        met = self._count()
        if met == self.number or (met > self.number and self.action == "enospc"):
            number = errno.ENOSPC if self.action == "enospc" else errno.EIO
            raise OSError(number, os.strerror(number), str(name))

    def end(self, connection: psycopg.Connection[Any]) -> None:
        """The server ends the connection."""
        with self._connect(self.admin, autocommit=True) as admin:
            admin.execute("select pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])

    def on_the_database(self, connection: psycopg.Connection[Any]) -> None:
        if not self.has_come():
            return
        if self.action == "lost":
            self.end(connection)
            return  # what follows meets the closed connection
        code, error = RAISED[self.action]
        if connection.pgconn.pipeline_status:
            raise error("injected")  # leaving the pipeline and the transaction tells the server
        raised = f"do $$ begin raise exception 'injected' using errcode = '{code}'; end $$"
        connection.pgconn.exec_(raised.encode())  # so that the transaction is over for the server too
        raise error("injected")


def _files(turn: _Turn, kind: str) -> None:
    def before(
        original: Callable[..., Any], is_ours: Callable[..., bool] = lambda *_, **__: True
    ) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if is_ours(*arguments, **named):
                turn.on_a_file(arguments[0] if arguments else "")
            return original(*arguments, **named)

        return call

    def flushing(original: Callable[..., Any]) -> Callable[..., Any]:
        """Writes of a stream come to the disk when it is flushed."""

        def call(*arguments: Any, **named: Any) -> Any:
            stream = original(*arguments, **named)
            if stream.writable() and _is_file(stream.fileno()):
                stream.flush = before(stream.flush)
            return stream

        return call

    if kind == "write":
        os.write = before(os.write, _is_file)
        os.fdopen, io.open = flushing(os.fdopen), flushing(io.open)
    elif kind == "open":
        os.open, io.open = before(os.open, _creates), before(io.open, _writes)
    else:
        names = {
            "fsync": ("fsync",),
            "rename": ("rename", "replace", "link"),
            "folder": ("mkdir",),
            "remove": ("unlink",),
        }
        for name in names[kind]:
            setattr(os, name, before(getattr(os, name)))


def _is_file(descriptor: int, *_: object) -> bool:
    return stat.S_ISREG(os.fstat(descriptor).st_mode)


def _writes(_: object, mode: str = "r", *__: object, **___: object) -> bool:
    return any(letter in mode for letter in "wax+")


def _creates(_: object, flags: int, *__: object, **___: object) -> bool:
    return bool(flags & os.O_CREAT)


def _statements(turn: _Turn) -> None:
    original_execute, original_copy = psycopg.Cursor.execute, psycopg.Cursor.copy

    def execute(self: Any, *arguments: Any, **named: Any) -> Any:
        turn.on_the_database(self.connection)
        return original_execute(self, *arguments, **named)

    def copy(self: Any, *arguments: Any, **named: Any) -> Any:
        turn.on_the_database(self.connection)
        return original_copy(self, *arguments, **named)

    psycopg.Cursor.execute, psycopg.Cursor.copy = execute, copy  # type: ignore[method-assign,assignment]


def _connections(turn: _Turn) -> None:
    original = psycopg.connect

    def connect(*arguments: Any, **named: Any) -> Any:
        if turn.has_come():
            raise psycopg.OperationalError("the server does not answer")
        return original(*arguments, **named)

    psycopg.connect = connect


def _commits(turn: _Turn) -> None:
    original = _Base._exec_command  # type: ignore[attr-defined]

    def command(self: Any, text: Any, *arguments: Any, **named: Any) -> Generator[Any, Any, Any]:
        if text != b"COMMIT":
            return (yield from original(self, text, *arguments, **named))
        if turn.action not in ("unknown", "unknown_kill"):
            turn.on_the_database(self)
            return (yield from original(self, text, *arguments, **named))
        answer = yield from original(self, text, *arguments, **named)
        if turn.has_come():
            if turn.action == "unknown_kill":
                os.kill(os.getpid(), signal.SIGKILL)
            turn.end(self)
            self.pgconn.finish()
            raise psycopg.OperationalError("the connection was lost while committing")
        return answer

    _Base._exec_command = command  # type: ignore[attr-defined]
