"""Lets the n-th operation of this process on files or on the database fail, or end the process.

`install("statement", 7, "lost")`: before the seventh statement the server ends our connection. Each kind counts alone.
A disk that is full or broken stays so: from the n-th operation on every one fails.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import stat
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors

FILE_ACTIONS = ("kill", "enospc", "eio")
STATEMENT_ACTIONS = ("kill", "lost", "full", "deadlock")
COMMIT_ACTIONS = ("kill", "lost", "full", "unknown", "unknown_kill")
"""unknown: the server commits, and the connection ends before we hear of it."""
_armed: list[_Turn] = []
_Base = psycopg.Connection.__mro__[1]


def install(kind: str, number: int, action: str, marker: Path, admin: str) -> None:
    """From now on counts operations of the kind; `marker` is created when the planned one comes, by the plain calls."""
    turn = _Turn(number, action, marker, admin)
    _armed.append(turn)
    {"file": _files, "statement": _statements, "commit": _commits}[kind](turn)


def disarm() -> None:
    """Nothing is planned any more: for a process that is forked from here to do something else."""
    for turn in _armed:
        turn.left = 1 << 60


class _Turn:
    """Counts, and lets happen what was planned for one operation."""

    def __init__(self, number: int, action: str, marker: Path, admin: str) -> None:
        self.left, self.action, self.marker, self.admin = number, action, marker, admin
        self._open, self._close = os.open, os.close

    def has_come(self) -> bool:
        self.left -= 1
        if self.left == 0:
            self._close(self._open(self.marker, os.O_CREAT | os.O_WRONLY))
            if self.action == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
        return self.left == 0

    def on_a_file(self, name: object) -> None:
        if self.has_come() or self.left < 0:
            number = errno.ENOSPC if self.action == "enospc" else errno.EIO
            raise OSError(number, os.strerror(number), str(name))

    def end(self, connection: psycopg.Connection[Any]) -> None:
        """The server ends the connection."""
        with psycopg.connect(self.admin, autocommit=True) as admin:
            admin.execute("select pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])

    def on_the_database(self, connection: psycopg.Connection[Any]) -> None:
        if not self.has_come():
            return
        if self.action == "lost":
            self.end(connection)
            return  # what follows meets the closed connection
        code, error = {"full": ("53100", errors.DiskFull), "deadlock": ("40P01", errors.DeadlockDetected)}[self.action]
        if connection.pgconn.pipeline_status:
            raise error("injected")  # leaving the pipeline and the transaction tells the server
        raised = f"do $$ begin raise exception 'injected' using errcode = '{code}'; end $$"
        connection.pgconn.exec_(raised.encode())  # so that the transaction is over for the server too
        raise error("injected")


def _files(turn: _Turn) -> None:
    def before(original: Callable[..., Any], is_ours: Callable[..., bool]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if is_ours(*arguments, **named):
                turn.on_a_file(arguments[0])
            return original(*arguments, **named)

        return call

    def writes(_: object, mode: str = "r", *__: object, **___: object) -> bool:
        return any(letter in mode for letter in "wax+")

    def creates(_: object, flags: int, *__: object, **___: object) -> bool:
        return bool(flags & os.O_CREAT)

    def is_file(descriptor: int, *_: object) -> bool:
        return stat.S_ISREG(os.fstat(descriptor).st_mode)

    os.write = before(os.write, is_file)
    os.open = before(os.open, creates)
    io.open = before(io.open, writes)
    for name in ("fsync", "replace", "rename", "mkdir"):
        setattr(os, name, before(getattr(os, name), lambda *_, **__: True))


def _statements(turn: _Turn) -> None:
    original_execute, original_copy = psycopg.Cursor.execute, psycopg.Cursor.copy

    def execute(self: Any, *arguments: Any, **named: Any) -> Any:
        turn.on_the_database(self.connection)
        return original_execute(self, *arguments, **named)

    def copy(self: Any, *arguments: Any, **named: Any) -> Any:
        turn.on_the_database(self.connection)
        return original_copy(self, *arguments, **named)

    psycopg.Cursor.execute, psycopg.Cursor.copy = execute, copy  # type: ignore[method-assign,assignment]


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
