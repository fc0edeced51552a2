"""Works the lanes of a run at the same time: one in this process, each other one in a process of its own beside it."""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from typing import TYPE_CHECKING

from xanh.faults import reach
from xanh.loading import lanes
from xanh.loading.outcomes import IngestError, Outcome
from xanh.loading.warm import warm
from xanh.processes import ending_with_this_one

if TYPE_CHECKING:
    from xanh.settings import Settings

_log = logging.getLogger(__name__)
_forking = multiprocessing.get_context("fork")
Lanes = Sequence[Sequence[int]]
News = Iterator[Sequence[Outcome] | Exception]
ENDS_WITHIN_SECONDS = 10.0
"""A process whose thread hangs in the kernel, on a share, ends when the kernel lets go of it: nobody waits for that."""


@dataclass
class Worked:
    """How it ended where the database did not refuse."""

    failures: list[Exception] = field(default_factory=list)
    """One a lane at most, raised when all others of that lane were done."""
    has_lost: bool = False
    """Whether a process ended without a word: what it held waits again."""


def work(settings: Settings, shared: Lanes, report: Callable[[Sequence[Outcome]], None]) -> Worked:
    """Processes all submissions of the lanes, as many lanes at a time as there are; `report` hears what became of each batch.

    No connection may be open meanwhile that somebody still wants to use: a fork has it too. Raises Interrupted when the database
    refuses this process; the others are ended then, which loses nothing.
    """
    worked = Worked()

    def hear(news: News) -> None:
        for each in news:
            if isinstance(each, Exception):
                worked.failures.append(each)
            else:
                report(each)

    with ExitStack() as ending:
        if len(shared) > 1:
            warm()  # once, in memory that all of them share
        helpers = [ending.enter_context(Helper(settings, lane, shared)) for lane in shared[1:]]
        reach("beside.begun")
        try:
            for done in lanes.work(settings, shared[0], shared):
                report(done)
                for helper in helpers:
                    hear(helper.news())
        except IngestError as error:
            worked.failures.append(error)
        for helper in helpers:
            hear(helper.news(to_the_end=True))
        worked.has_lost = not all(helper.is_through for helper in helpers)
    return worked


class Helper:
    """A process that works a lane, then what nobody has begun of the others, and tells what became of each batch. It ends with
    the block that it is started for, at the latest."""

    def __init__(self, settings: Settings, lane: Sequence[int], shared: Lanes) -> None:
        self.is_through = False
        """Whether it has said that it came to its end."""
        self._ear, mouth = _forking.Pipe(duplex=False)
        bind = ending_with_this_one(signal.SIGKILL)
        self._process = _forking.Process(target=_help, args=(bind, mouth, settings, lane, shared), daemon=True)
        self._process.start()
        mouth.close()

    def __enter__(self) -> Helper:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.is_through:
            self._process.terminate()
        self._process.join(ENDS_WITHIN_SECONDS)
        self._ear.close()

    def news(self, *, to_the_end: bool = False) -> News:
        """What it has told since it was last asked: outcomes of batches, or what it failed with."""
        while not self._ear.closed and (to_the_end or self._ear.poll()):
            try:
                told = self._ear.recv()
            except EOFError:
                self._process.join(ENDS_WITHIN_SECONDS)
                _log.warning("a process beside this one ended with code %s", self._process.exitcode)
                self._ear.close()
                return
            if told is None:
                self.is_through = True
                self._ear.close()
            else:
                yield told


def _help(bind: Callable[[], None], mouth: Pipe, settings: Settings, lane: Sequence[int], shared: Lanes) -> None:
    bind()  # who kills the command has killed all of it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key that is pressed is for the command, which ends this process
    try:
        reach("beside.helps")
        for done in lanes.work(settings, lane, shared):
            mouth.send(done)
            reach("beside.told")
    except Exception as error:  # said by the process that started this one
        mouth.send(error)
    mouth.send(None)
