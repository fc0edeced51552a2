"""Whose file is taken next: each department in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from xanh.arrival.ledger import Sighting
from xanh.arrival.share import Entry


@dataclass
class Queue:
    """The files of one department that may be taken in this cycle, in order of arrival."""

    folder: str
    files: deque[tuple[Entry, Sighting]]
    is_flooded: bool
    """There is more than a cycle takes."""
    waiting: dict[bytes, str] = field(default_factory=dict)


def in_turns(queues: Sequence[Queue], turns: int | None = None) -> Iterator[Queue]:
    """Each queue that still has files, one after the other, round and round, or at most so many times round."""
    done = 0
    while (filled := [queue for queue in queues if queue.files]) and done != turns:
        yield from filled
        done += 1


def stop(queues: Iterable[Queue], folders: Collection[str]) -> None:
    """No further file of these departments in this cycle."""
    for queue in queues:
        if queue.folder in folders:
            queue.files.clear()
