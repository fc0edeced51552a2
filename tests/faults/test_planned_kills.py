"""`kill -9` before, in and after every step of a file's way, then one run without: the same tables, bit by bit."""

from __future__ import annotations

import signal

import pytest
from fault_server import log_of
from fault_world import World

IN_THE_CHILD = ("archive.write", "note.write", "remove.aside")
"""Reached by the process that touches the drop folders: it dies, and its parent ends with an error."""
TURNS = {
    "archive.write": 5, "receive.copied": 5, "archive.flushed": 5, "archive.renamed": 5, "receive.entered": 5,
    "record.written": 5, "record.renamed": 5, "receive.recorded": 5, "note.write": 5, "receive.noted": 5,
    "remove.aside": 5, "receive.removed": 5, "ingest.received": 1, "claim.taken": 1, "ingest.parse": 5,
    "ingest.read": 5, "ingest.parsed": 5, "load.staged": 3, "load.superseded": 5, "load.commit": 5,
    "load.committed": 5, "feedback.start": 5, "ingest.recorded": 1, "feedback.write": 5, "feedback.renamed": 5,
    "feedback.written": 1, "ingest.done": 1, "compute.locked": 1, "compute.abreast": 1, "compute.calculated": 1,
    "compute.commit": 1, "look.received": 1, "look.shared": 1, "lane.taken_over": 1, "claim.passed_over": 1, "parse.ahead": 5,
}  # fmt: skip
"""Every point in the order in which a file passes it, then those of lanes, and at how many different files it is killed."""
SHORT = (
    "archive.renamed", "receive.entered", "remove.aside", "look.shared", "lane.taken_over", "parse.ahead", "ingest.parse",
    "load.superseded", "load.committed", "feedback.write", "ingest.done", "compute.abreast", "compute.commit",
)  # fmt: skip
JOBS = {
    "compute.abreast": "abreast",
    "compute": "compute",
    "look": "look",
    "lane": "help",
    "claim.passed": "process",
    "parse": "lane",
}
"""What is run to meet points whose names begin so; an ingestion for the others."""
BEFORE = {"compute": "ingest", "abreast": "ingest", "help": "receive", "process": "receive"}
"""What has to be done before."""


def kill(world: World, point: str, turn: int) -> int:
    job = next((job for beginning, job in JOBS.items() if point.startswith(beginning)), "ingest")
    if job in BEFORE:
        assert world.workers.run(world.settings, BEFORE[job]) == 0, log_of(world.settings)
    ids = world.submissions()
    if job == "process":
        ids = ids[1:]  # the first one is another's: those behind it are passed over
    return world.workers.run(world.settings, job, fault=f"{point}:{turn}:kill", ids=ids)


def test_kills_one_after_the_other_leave_the_same_tables(world: World) -> None:
    """Each run gets a step further than the one before it; the full version kills at each step in a world of its own."""
    statuses = {point: kill(world, point, 1) for point in SHORT}
    assert [point for point, status in statuses.items() if status not in (-signal.SIGKILL, 3)] == []
    world.assert_nothing_happened()


@pytest.mark.slow
@pytest.mark.parametrize("time", range(1, 6))
@pytest.mark.parametrize("point", TURNS)
def test_a_kill_at_one_step_leaves_the_same_tables(world: World, point: str, time: int) -> None:
    turn = (time - 1) % TURNS[point] + 1
    assert kill(world, point, turn) == (3 if point in IN_THE_CHILD else -signal.SIGKILL), log_of(world.settings)
    world.assert_nothing_happened()
