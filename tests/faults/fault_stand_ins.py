"""What a worker of the fault tests uses in place of new processes and of long answers: the same, forked or remembered."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def remember(folder: Path, *, is_kept: bool) -> None:
    from xanh.parsing.child import ParserChild
    from xanh.parsing.unreadable import Unreadable
    from xanh.validation import engine

    def remembered(question: str, ask: Callable[[], Any]) -> Any:
        place = folder / hashlib.sha256(question.encode()).hexdigest()
        if place.exists():
            return pickle.loads(place.read_bytes())  # noqa: S301 - our own
        answer = ask()
        if is_kept:
            place.write_bytes(pickle.dumps(answer))
        return answer

    def wrong(questions: Sequence[Any]) -> Any:
        question = repr([(each.expectation, each.values) for each in questions])
        return remembered(question, lambda: validate(questions))

    def read(self: ParserChild, path: Path, *, with_copy: bool = False) -> Any:
        found = remembered(f"{path.name} {with_copy}", lambda: _read(self, path, with_copy))
        if isinstance(found, Exception):
            raise found
        return found

    def _read(child: ParserChild, path: Path, with_copy: bool) -> Any:
        try:
            return parse(child, path, with_copy=with_copy)
        except Unreadable as error:
            return error

    validate, parse = engine._context().wrong, ParserChild.read
    engine._context().wrong = wrong  # type: ignore[method-assign]
    ParserChild.read = read  # type: ignore[method-assign]
    ParserChild.ask = ParserChild.start = lambda *_, **__: None  # type: ignore[method-assign]


class ForkedShare:
    """What `subprocess.Popen` does for the process that touches the drop folders; its operations count with its parent's."""

    def __init__(self, *_: object, **__: object) -> None:
        from xanh.arrival import share_child

        (asked, asking), (answered, answering) = os.pipe(), os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.setsid()
            os.dup2(asked, 0)
            os.dup2(answering, 1)
            for descriptor in (asked, asking, answered, answering):
                os.close(descriptor)
            sys.stdin = io.TextIOWrapper(io.FileIO(0))
            with suppress(BaseException):
                share_child.main()
            os._exit(0)
        os.close(asked)
        os.close(answering)
        self.stdin, self.stdout = io.FileIO(asking, "w"), io.FileIO(answered)
        self._status: int | None = None

    def poll(self) -> int | None:
        if self._status is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if found else None
        return self._status

    def wait(self, timeout: float) -> int:
        if self._status is None:
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._status


def forked_trial(_: object, *, input: str, env: Mapping[str, str], **__: object) -> SimpleNamespace:
    """What `subprocess.run` does for a trial, without the seconds that a new process needs to import everything."""
    from fault_operations import disarm

    from xanh import faults
    from xanh.loading import trial

    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        disarm()
        faults._reached.clear()
        os.environ.clear()
        os.environ.update(env)
        os.dup2(writing, 1)
        sys.stdin = io.StringIO(input)
        try:
            trial.main()
        except BaseException:
            os._exit(3)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    return SimpleNamespace(stdout=text, returncode=os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
