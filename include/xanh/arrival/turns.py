"""Whose file is taken next: each department in turn, and a flood of one after the files of the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
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


def in_turns(queues: list[Queue], of_a_flood: int | None) -> Iterator[Queue]:
    """Each queue that still has files, one after the other, round and round. With `of_a_flood`, where others send too,
    no more than so many turns for floods alone: the others are answered before the rest of a flood is copied."""
    have_others = any(queue.files and not queue.is_flooded for queue in queues)
    turns = 0
    while filled := [queue for queue in queues if queue.files]:
        if of_a_flood is not None and have_others and turns >= of_a_flood and all(each.is_flooded for each in filled):
            return
        yield from filled
        turns += 1


def stop(queues: Iterable[Queue], folders: Collection[str]) -> None:
    """No further file of these departments in this cycle."""
    for queue in queues:
        if queue.folder in folders:
            queue.files.clear()
